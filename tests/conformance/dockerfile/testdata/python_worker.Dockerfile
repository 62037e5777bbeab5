# check=skip=JSONArgsRecommended
# syntax = docker/dockerfile:1-labs
ARG REGISTRY=registry.example.com:5000/
ARG PYTHON=3.13
ARG SUFFIX=-slim
FROM ghcr.io/astral-sh/uv:0.9 AS uv

FROM ${REGISTRY}python:${PYTHON}${SUFFIX:+-slim} AS build
SHELL ["/bin/bash", "-euxo", "pipefail", "-c"]
ENV UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1
RUN --mount=from=uv,source=/uv,target=/bin/uv \
    --mount=type=cache,target=/root/.cache/uv <<EOT
  cd /app
  uv sync --locked --no-dev
  cat <<INNER >/etc/pip.conf
[global]
INNER
EOT
COPY <<-"ENTRY" <<'SETTINGS' /app/
	#!/bin/sh
	FROM nowhere
	exec python -m worker "$@"
	ENTRY
DEBUG=false
SETTINGS

FROM ${REGISTRY:-docker.io/library/}python:${PYTHON%%-*}-slim AS runtime
COPY --from=build /app /app
RUN 3<<ERR cat >&2 <<OUT
error text
ERR
FROM here-document
OUT
USER 1000:1000
CMD python -m worker
