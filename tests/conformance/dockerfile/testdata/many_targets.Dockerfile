# escape=\
# syntax=docker/dockerfile:1
ARG ENVIRONMENT=prod
ARG MIRROR=mirror.example.com
ARG RUST=1.95.0
ARG DEBIAN=${MIRROR}/debian:${DEBIAN_TAG:-12}
ARG CHEF=${MIRROR//mirror/cache}/chef:${RUST%.*}

FROM ${CHEF} AS chef
FROM chef AS planner
COPY . .
RUN cargo chef prepare

FROM chef AS builder
COPY --from=planner recipe.json recipe.json
RUN --mount=type=ssh --mount=type=tmpfs,target=/tmp cargo chef cook
RUN --mount="type=bind,from=planner,target=/plan" --security=insecure cargo build --release

FROM ${DEBIAN} AS dev
COPY --from=builder /target/debug/tool /usr/bin/
FROM ${DEBIAN:?a mirror is needed}-slim AS prod
COPY --from=builder /target/release/tool /usr/bin/
FROM prod AS debug
RUN --mount=from=dev,target=/dev-root --mount=from=nicolaka/netshoot:v0.13,target=/net true

FROM ${ENVIRONMENT} AS chosen
COPY --exclude=*.md --from=docker/compose-bin:v2.29.0@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef /docker-compose /usr/bin/
