#!/usr/bin/env bash
# Holds the output for older releases of Kargo against the CRDs, subscription
# schemas and step schemas of those releases. run.sh --all calls it, with the
# folder of the manifests in CONFORMANCE_MANIFESTS.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")"

# Each row: the release, and the manifests that are meant for it.
releases=(
  "v1.10.8 for-kargo-1-10 for-kargo-1-9"
  "v1.9.0 for-kargo-1-9"
)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for row in "${releases[@]}"; do
  read -r -a words <<<"$row"
  release=${words[0]}
  if ! module=$(go mod download -json "github.com/akuity/kargo@$release"); then
    echo "conformance: no Kargo $release, the module proxy answers:"
    sed -n 's/^[[:space:]]*"Error": //p' <<<"$module"
    continue
  fi
  manifests=$work/$release
  mkdir "$manifests"
  for name in "${words[@]:1}"; do
    if [[ -f $CONFORMANCE_MANIFESTS/$name.yaml ]]; then
      cp "$CONFORMANCE_MANIFESTS/$name.yaml" "$manifests/"
    fi
  done
  if [[ -z $(ls "$manifests") ]]; then
    # Files that were named to run.sh: nobody says which release they are for.
    cp "$CONFORMANCE_MANIFESTS"/*.yaml "$manifests/"
  fi
  echo "conformance: Kargo $release"
  CONFORMANCE_KARGO_DIR=$(sed -n 's/^[[:space:]]*"Dir": "\(.*\)",*$/\1/p' <<<"$module") \
    CONFORMANCE_MANIFESTS=$manifests \
    go test -count=1 -run '^(TestCRDs|TestSubscriptionSchemas|TestSteps)$' ./schemas
done
