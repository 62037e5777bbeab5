# syntax=docker/dockerfile:1
# image-factory in an image of its own: one static binary, nothing else. tests/static_binary.sh proves that it runs and
# resolves names in an empty file system; the CA roots are in the binary.
FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY Cargo.toml Cargo.lock ./
COPY src ./src
COPY templates ./templates
COPY benches ./benches
# Where the sources are, for reports that lead to their pages.
ARG IMAGE_FACTORY_REPOSITORY=
# The target is named so that the flag is not used for build scripts and macros, which cannot be static.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    target="$(rustc -vV | sed -n 's/^host: //p')" && \
    RUSTFLAGS="-C target-feature=+crt-static -C force-unwind-tables=no" \
      cargo build --profile dist --locked --bin image-factory --target "$target" && \
    cp "target/$target/dist/image-factory" /image-factory

FROM scratch
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="image-factory" \
      org.opencontainers.image.description="Compiles images.yaml into the Kargo manifests that rebuild container images when their base images change" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}"
COPY --from=build --chmod=0555 /image-factory /image-factory
# By number: there is no /etc/passwd, and Kubernetes' runAsNonRoot wants a number.
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["/image-factory"]
