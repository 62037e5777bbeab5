#!/usr/bin/env bash
# Feeds what image-factory emits to Kargo's own code. README.md says what each
# part proves.
#
#   run.sh                  every fixture and the sample of this repository, the
#                           suite's own checks, and breaks.sh
#   run.sh MANIFEST...      these files alone
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
  # For what asks it anew, beside the manifests that it makes here.
  CONFORMANCE_PROGRAM=$(realpath "$program")
  export CONFORMANCE_PROGRAM
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
  # What other hosts than GitHub are sent has a server of its own.
  mkdir "$CONFORMANCE_HOSTS"
  for images in images trigger runs; do
    synth "$program" "$images" "$here/hosts/$images.yaml"
    mv "$manifests/$images.yaml" "$CONFORMANCE_HOSTS/"
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

export CONFORMANCE_MANIFESTS=$manifests
export CONFORMANCE_HOSTS=$work/hosts
export GOFLAGS="${GOFLAGS:-} -p=2"
# Kargo asks a registry no more than 20 times a second; ours is on loopback.
export IMAGE_REGISTRY_RATE_LIMIT=100000
# What its controllers log is of no use in a test that passes.
export LOG_LEVEL=error

# The folders whose tests read manifests. CONFORMANCE_PROGRAMS names a folder to
# keep their programs in, for many calls; CONFORMANCE_SHORT has them leave out
# most of the faults and what no manifest changes.
readers=(admission autopromotion engine expect freight schemas webhooks)
programs=${CONFORMANCE_PROGRAMS:-$work/programs}

# read_manifests runs those tests; all of them, so that all is said.
read_manifests() {
  cd "$here"
  if [[ ! -d $programs ]]; then
    mkdir "$programs"
    go test -c -vet=off -o "$programs/" "${readers[@]/#/./}"
  fi
  local code=0 reader short=
  [[ -z ${CONFORMANCE_SHORT:-} ]] || short=-test.short
  for reader in "${readers[@]}"; do
    # Most of the time is spent waiting.
    (cd "$reader" && "$programs/$reader.test" -test.parallel 16 $short) || code=1
  done
  return $code
}

# check runs one module's own checks and tests, with further flags.
check() {
  cd "$1"
  shift
  local unformatted
  unformatted=$(gofmt -l .)
  if [[ -n $unformatted ]]; then
    echo "conformance: gofmt would change:" "$unformatted" >&2
    exit 1
  fi
  go vet ./...
  # A busy machine takes more than Go's ten minutes.
  go test -count=1 -vet=off -parallel 16 -timeout 40m "$@" ./...
}

# workflows compares what the Rust reader says that workflows build with the
# programs that do it, with -v as above. What is not served is left out, with a
# line.
workflows() {
  (cd "$root" && cargo build --locked --quiet --example workflow-reader)
  export CONFORMANCE_WORKFLOW_READER=${CARGO_TARGET_DIR:-$root/target}/debug/examples/workflow-reader
  if (cd "$here/workflow" && go list -deps -test . >/dev/null) 2>"$work/stderr"; then
    (check "$here/workflow" -v)
  else
    tail -n 1 "$work/stderr"
    echo "conformance: skipped: bake files, Compose files and matrices, since their Go modules are not served"
  fi
  if ! command -v npm >/dev/null; then
    echo "conformance: skipped: expressions, there is no npm to fetch GitHub's own with"
    return
  fi
  # Once, with the integrity that package-lock.json has.
  local cache=${CONFORMANCE_GITHUB_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/image-factory-conformance}
  cache=$cache/expressions-$(sha256sum <"$here/workflow/package-lock.json" | cut -c1-8)
  if [[ ! -e $cache/node_modules/.package-lock.json ]]; then
    mkdir -p "$cache"
    cp "$here"/workflow/package*.json "$cache/"
    npm ci --silent --no-audit --no-fund --ignore-scripts --prefix "$cache"
  fi
  node "$here/workflow/expressions.mjs" "$cache/node_modules/@actions/expressions" "$CONFORMANCE_WORKFLOW_READER"
}

if ! said=$(cd "$here" && go run ./github/cmd -fetch 2>&1); then
  if command -v npm >/dev/null; then
    echo "conformance: $said" >&2
    exit 1
  fi
  echo "conformance: skipped: no request is held against GitHub's description of its API, there is no npm to fetch it with"
fi

if (($# > 0)); then
  number=0
  for file in "$@"; do
    number=$((number + 1))
    cp "$file" "$manifests/$number-$(basename "${file%.*}").yaml"
  done
  (read_manifests)
else
  generate
  (CONFORMANCE_FIXTURES=yes check "$here")
  (check "$here/dockerfile")

  # The Rust reader beside BuildKit, over changed Dockerfiles and named contexts: with -v, since the
  # seed and the counts are to be seen when it passes too.
  (cd "$root" && cargo build --locked --quiet --example dockerfile-reader)
  export CONFORMANCE_READER=${CARGO_TARGET_DIR:-$root/target}/debug/examples/dockerfile-reader
  (cd "$here/dockerfile" && go test -count=1 -vet=off -v -run '^Test(Mutations|Contexts)$' .)

  # What workflows build, beside buildx, compose-go, act and GitHub's expressions.
  workflows

  "$here/breaks.sh" "$manifests/sample.yaml"
fi

if [[ -n $all ]]; then
  "$here/releases.sh"
fi
