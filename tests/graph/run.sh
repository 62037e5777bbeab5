#!/usr/bin/env bash
# What `graph` draws, in the programs that read it: mermaid, Graphviz and a browser. Also proves that the committed page is what
# src/graph/page makes. `tests/graph/run.sh`, with IMAGE_FACTORY for a binary that is built already; SHOTS=DIR keeps pictures.
set -euo pipefail
cd "$(dirname "$0")/../.."
began=$(date +%s)

for need in "chromium chromium" "dot graphviz"; do
  read -r command package <<<"$need"
  if command -v "$command" >/dev/null; then continue; fi
  if ! command -v apt-get >/dev/null; then
    echo "skipped: $command is missing, which Debian has in $package"
    exit 0
  fi
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >/dev/null
done
if ! command -v npm >/dev/null; then
  echo "skipped: npm is missing"
  exit 0
fi

work="${CARGO_TARGET_DIR:-$PWD/target}/graph"
mkdir -p "$work"
cp tests/graph/package.json "$work/package.json"
(cd "$work" && npm install --silent --no-package-lock --no-audit --no-fund)

echo "the committed page is what src/graph/page makes"
node src/graph/page/bundle.mjs "$work/node_modules" | cmp - src/graph/page.html
cmp "$work/node_modules/@dagrejs/dagre/LICENSE" src/graph/page/LICENSE.dagre

if [ -z "${IMAGE_FACTORY:-}" ]; then
  cargo build --release --locked
  IMAGE_FACTORY="${CARGO_TARGET_DIR:-$PWD/target}/release/image-factory"
fi
IMAGE_FACTORY="$IMAGE_FACTORY" NODE_MODULES="$work/node_modules" node tests/graph/test.mjs "$@"
echo "graph: $(($(date +%s) - began)) s"
