#!/usr/bin/env bash
# Makes the packages of one static binary, and installs each in a clean folder from its file, as somebody would who has no compiler.
#
# tests/static_binary.sh has built the binary. Nothing is published, and nothing but the build reaches a network.
set -euo pipefail
cd "$(dirname "$0")/.."
export GITHUB_REPOSITORY=acme/image-factory
target=$(rustc -vV | sed -n 's/^host: //p')
binary=target/static/$target/dist/image-factory
[[ -x $binary ]] || { echo "packages: $binary is missing; tests/static_binary.sh builds it" >&2; exit 1; }
version=$("$binary" --version)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
out="$work/out"
megabytes() { echo "$(($(stat -c %s "$1") / 10000))" | sed 's/..$/.&/'; }
passed=0
good() { echo "packages: $1"; passed=$((passed + 1)); }

good "the binary has $(megabytes "$binary") MB"

.github/packages/make.sh "$target" "$binary" "$out"

# What each package has to do, called as `use COMMAND...`: say its version, begin with a repository, and write manifests.
use() {
  local site
  site=$(mktemp -d "$work/site.XXXX")
  mkdir -p "$site/.github/workflows"
  echo 'FROM node:22' >"$site/Dockerfile"
  cat >"$site/.github/workflows/web.yml" <<'EOF'
on:
  push: {branches: [main]}
  workflow_dispatch:
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: docker/build-push-action@v7
        with: {context: ., push: true, tags: "ghcr.io/acme/web:latest"}
EOF
  (
    cd "$site"
    [[ $("$@" --version) == "$version" ]]
    "$@" --quiet init --yes --repo acme/web >/dev/null
    "$@" --quiet synth
    grep -rq '^kind: Stage$' .
  )
}

mkdir "$work/archive"
tar -C "$work/archive" -xzf "$out"/image-factory-v*-"$target".tar.gz
use "$work/archive/image-factory"
good "the archive"

if command -v dpkg-deb >/dev/null; then
  dpkg-deb -x "$out"/*.deb "$work/deb"
  use "$work/deb/usr/bin/image-factory"
  mkdir -p "$work/root/var/lib/dpkg"/{info,updates,triggers}
  touch "$work/root/var/lib/dpkg"/{status,available}
  if [[ $(id -u) == 0 ]]; then
    dpkg --root="$work/root" --install "$out"/*.deb >/dev/null 2>&1
    use "$work/root/usr/bin/image-factory"
    dpkg --root="$work/root" --remove image-factory >/dev/null 2>&1
    [[ ! -e $work/root/usr/bin/image-factory ]]
  fi
  good "the .deb, installed into an empty root and removed again"
fi

maturin=target/ci-tools/maturin-1.16.0
if command -v python3 >/dev/null && { [[ -x $maturin/bin/maturin ]] || { python3 -m venv "$maturin" && "$maturin/bin/pip" install --quiet maturin==1.16.0; }; }; then
  # Of the very build of tests/static_binary.sh: cargo finds nothing to do.
  RUSTFLAGS="$(tests/static_binary.sh flags)" CARGO_TARGET_DIR=target/static \
    "$maturin/bin/maturin" build --quiet --target "$target" --compatibility manylinux2014 --out "$out"
  python3 -m venv "$work/venv"
  "$work/venv/bin/pip" install --quiet --no-index "$out"/*"${target%%-*}".whl
  use "$work/venv/bin/image-factory"
  good "the wheel, in a virtual environment"
  if [[ $(id -u) == 0 ]] && unshare -nm true 2>/dev/null; then
    unshare -nm tests/wheel_alone.sh "$out"/*"${target%%-*}".whl
    good "the wheel, where there is Python and nothing else"
  fi
fi

.github/packages/make.sh together "$out"
if command -v npm >/dev/null; then
  mkdir "$work/npm"
  echo '{"private": true}' >"$work/npm/package.json"
  npm install --silent --offline --no-audit --no-fund --prefix "$work/npm" "$out"/acme-image-factory-linux-*.tgz "$out/acme-image-factory-${version#* }.tgz"
  use npx --offline --prefix "$work/npm" image-factory
  (cd "$work/npm" && npx --offline image-factory synth) >/dev/null 2>&1 && code=0 || code=$?
  [[ $code == 2 ]] || { echo "packages: npx ends with $code where the binary ends with 2" >&2; exit 1; }
  good "the packages of npm, and exit codes come through"
fi

(cd "$out" && sha256sum --quiet --check SHA256SUMS)
grep -q "sha256 \"$(sha256sum "$out"/*"$target".tar.gz | cut -d ' ' -f 1)\"" "$out/image-factory.rb"
if command -v ruby >/dev/null; then ruby -c "$out/image-factory.rb" >/dev/null; fi
if [[ -e $out/image-factory.cdx.json ]]; then grep -q '"ureq"' "$out/image-factory.cdx.json"; fi
good "the formula, SBOM and SHA256SUMS"

echo "$passed passed, 0 failed"
