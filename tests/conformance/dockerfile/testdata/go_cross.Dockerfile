ARG GO_VERSION=1.26
ARG ALPINE="3.22"

FROM --platform=$BUILDPLATFORM tonistiigi/xx:1.6.1 AS xx

FROM --platform=${BUILDPLATFORM} golang:${GO_VERSION}-alpine${ALPINE} AS build
COPY --link --from=xx / /
ARG TARGETPLATFORM
ARG TARGETOS TARGETARCH
WORKDIR /src
RUN --mount=type=bind,source=go.mod,target=go.mod \
    --mount=type=bind,source=go.sum,target=go.sum \
    --mount=type=cache,target=/go/pkg/mod go mod download
RUN --mount=type=bind,target=. \
    --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH xx-go build -trimpath -o /out/agent ./cmd/agent

FROM alpine:${ALPINE} AS certs
RUN apk add --no-cache ca-certificates tzdata

FROM scratch
COPY --from=certs /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=1 /out/agent /agent
COPY --from=docker.io/library/busybox:1.36-musl /bin/busybox /bin/sh
STOPSIGNAL SIGINT
VOLUME ["/data"]
ENTRYPOINT ["/agent"]
