#!/usr/bin/env bash
# Feeds what image-factory emits to Kargo's own code. README.md says what each
# part proves.
#
#   run.sh                  every fixture and the sample of this repository
#   run.sh MANIFEST...      these files in their place
#   run.sh --all [...]      also the schemas of older releases of Kargo; not in CI
#
# IMAGE_FACTORY names the program to test; without it the release build is made.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)

if ! command -v go >/dev/null; then
  echo "conformance: skipped, there is no go"
  exit 0
fi

all=
if [[ ${1:-} == --all ]]; then
  all=yes
  shift
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
manifests=$work/manifests
mkdir "$manifests"

# generate writes one manifest for every fixture.
generate() {
  local program=${IMAGE_FACTORY:-}
  if [[ -z $program ]]; then
    (cd "$root" && cargo build --release --quiet)
    program=${CARGO_TARGET_DIR:-$root/target}/release/image-factory
  fi
  synth "$program" sample "$root/image-factory/images.yaml"
  local images
  for images in "$here"/testdata/*/images.yaml; do
    synth "$program" "$(basename "$(dirname "$images")")" "$images"
  done
  # Of the fixtures of the Rust tests, those that are right; the others show how
  # images.yaml is refused.
  for images in "$root"/tests/fixtures/*/images.yaml; do
    synth "$program" "fixtures-$(basename "$(dirname "$images")")" "$images" 2
  done
}

# synth writes one manifest. Its warnings are shown only if there is none; an
# exit code may be named that is no fault.
synth() {
  local program=$1 name=$2 images=$3 harmless=${4:-0} code=0
  "$program" synth --locked --stdout --images "$images" >"$manifests/$name.yaml" 2>"$work/stderr" || code=$?
  if ((code == 0)); then
    return
  fi
  rm "$manifests/$name.yaml"
  if ((code != harmless)); then
    echo "conformance: synth exits $code for $images" >&2
    cat "$work/stderr" >&2
    exit 1
  fi
}

if (($# > 0)); then
  number=0
  for file in "$@"; do
    number=$((number + 1))
    cp "$file" "$manifests/$number-$(basename "${file%.*}").yaml"
  done
else
  generate
  export CONFORMANCE_FIXTURES=yes
fi

export CONFORMANCE_MANIFESTS=$manifests
export GOFLAGS="${GOFLAGS:-} -p=2"
# Kargo asks a registry no more than 20 times a second; ours is on loopback.
export IMAGE_REGISTRY_RATE_LIMIT=100000
# What its controllers log is of no use in a test that passes.
export LOG_LEVEL=error

# check runs one module's own checks and tests.
check() {
  cd "$1"
  local unformatted
  unformatted=$(gofmt -l .)
  if [[ -n $unformatted ]]; then
    echo "conformance: gofmt would change:" "$unformatted" >&2
    exit 1
  fi
  go vet ./...
  # Most of the time is spent waiting.
  go test -count=1 -vet=off -parallel 16 ./...
}

(check "$here")
(check "$here/dockerfile")

# The Rust reader beside BuildKit, over changed Dockerfiles: with -v, since the
# seed and the counts are to be seen when it passes too.
(cd "$root" && cargo build --locked --quiet --example dockerfile-reader)
export CONFORMANCE_READER=${CARGO_TARGET_DIR:-$root/target}/debug/examples/dockerfile-reader
(cd "$here/dockerfile" && go test -count=1 -vet=off -v -run '^TestMutations$' .)

if [[ -n $all ]]; then
  "$here/releases.sh"
fi
