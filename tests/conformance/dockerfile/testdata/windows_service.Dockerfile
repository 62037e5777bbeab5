# escape=`

ARG TAG=ltsc2022
FROM mcr.microsoft.com/dotnet/sdk:9.0-nanoserver-${TAG} AS build
WORKDIR C:\src
COPY . .
RUN dotnet publish `
      --configuration Release `
      -o C:\out\

FROM mcr.microsoft.com/dotnet/aspnet:9.0-nanoserver-${TAG} AS final
SHELL ["powershell", "-Command", "$ErrorActionPreference = 'Stop';"]
COPY --from=build C:\out C:\app
RUN Write-Host `"it''s`" ; `
    # a note
    Get-ChildItem C:\app
ENTRYPOINT ["C:\\app\\service.exe"]
