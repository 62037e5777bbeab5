FROM eclipse-temurin:21-jdk AS toolbox
ONBUILD COPY --from=gradle:8-jdk21 /opt/gradle /opt/gradle
ONBUILD RUN --mount=type=bind,from=debian:12,target=/mnt ls /mnt
ONBUILD WORKDIR /work
onbuild add . /work

FROM toolbox AS compile
RUN ./gradlew --no-daemon assemble

FROM toolbox AS docs
COPY --from=squidfunk/mkdocs-material:9 /docs /docs

from eclipse-temurin:21-jre as ship
MAINTAINER platform@example.com
COPY --from=Compile /work/build/libs/*.jar /app.jar
ADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://example.com/a.tgz /opt/
RUN [ "java", "-Xshare:dump" ]
ENTRYPOINT exec java $JAVA_OPTS -jar /app.jar
