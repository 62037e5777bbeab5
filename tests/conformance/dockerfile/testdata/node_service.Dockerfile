# syntax=docker/dockerfile:1.7

ARG NODE_VERSION=22.4
ARG VARIANT=bookworm-slim
ARG BASE=node:${NODE_VERSION}-${VARIANT}

FROM ${BASE} AS base
WORKDIR /srv/app
ENV NODE_ENV=production \
    PATH=/srv/app/node_modules/.bin:$PATH

FROM base AS deps
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm,sharing=locked \
    --mount=type=secret,id=npmrc,target=/root/.npmrc \
    npm ci --include=dev

FROM deps AS build
COPY . .
# the bundle is what ships
RUN npm run build && \
    npm prune --omit=dev

FROM deps AS test
COPY --from=build /srv/app/dist ./dist
RUN --mount=type=bind,from=busybox:1.36,source=/bin/busybox,target=/busybox \
    npm test

FROM base AS release
LABEL org.opencontainers.image.title="orders" \
      org.opencontainers.image.source='https://git.example.com/shop/orders'
COPY --from=build --chown=node:node /srv/app/dist ./dist
COPY --from=build --chown=node:node /srv/app/node_modules ./node_modules
COPY --from=ghcr.io/example/wait-for:2 /wait-for /usr/local/bin/
USER node
EXPOSE 8080/tcp
HEALTHCHECK --interval=30s --timeout=3s CMD ["wget", "-q", "http://localhost:8080/"]
ENTRYPOINT ["node"]
CMD ["dist/server.js"]
