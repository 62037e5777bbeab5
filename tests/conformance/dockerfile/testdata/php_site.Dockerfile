ARG PHP_VERSION
ARG PHP_VERSION=8.3.11
ARG MINOR=${PHP_VERSION%.*}
ARG FLAVOUR="fpm-alpine" TOOL='composer'
ARG COMPOSER_IMAGE=${TOOL}:${COMPOSER_TAG:-2}

FROM $COMPOSER_IMAGE AS vendor
WORKDIR /app
COPY composer.* ./
RUN composer install \
      # no scripts: there is no code yet
      --no-scripts \

      --no-dev

FROM node:${NODE_TAG-20}-alpine AS assets
COPY --from=vendor /app/vendor/acme/theme /theme
RUN --network=default npm --prefix /theme run build

FROM php:${MINOR}-${FLAVOUR} AS web
RUN apk add --no-cache icu-libs \
 && docker-php-ext-install "intl" 'opcache'
COPY --from=vendor --parents /app/vendor ./
COPY --from=assets --chmod=0644 /theme/dist /var/www/html/theme
COPY ["a file.php", "/var/www/html/"]

FROM nginx:1.27 AS proxy
COPY --from=web /var/www/html /usr/share/nginx/html
COPY --from=nginx/nginx-prometheus-exporter:1 /usr/bin/nginx-prometheus-exporter /usr/bin/

FROM web
