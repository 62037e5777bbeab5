#!/usr/bin/env bash
# Builds the static binary of the Dockerfile, and runs it in an empty file system: that is what FROM scratch gives it.
#
#   tests/static_binary.sh            builds, then runs
#   tests/static_binary.sh BINARY     runs this one
#   tests/static_binary.sh flags      says what rustc is given
#
# It needs root for chroot, and a network namespace of its own in which a name server knows one name.
set -euo pipefail
cd "$(dirname "$0")/.."

binary=${1:-}
# A panic ends the program at once (`panic = "abort"`), so there are no tables to unwind by.
flags="-C target-feature=+crt-static -C force-unwind-tables=no"
if [[ $binary == flags ]]; then
  echo "$flags"
  exit 0
fi
if [[ -z $binary ]]; then
  target=$(rustc -vV | sed -n 's/^host: //p')
  RUSTFLAGS="$flags" cargo build --profile dist --locked --quiet --bin image-factory --target "$target" --target-dir target/static
  binary=target/static/$target/dist/image-factory
fi
if readelf -d "$binary" 2>/dev/null | grep -q NEEDED || readelf -l "$binary" 2>/dev/null | grep -q INTERP; then
  echo "static binary: $binary needs libraries" >&2
  exit 1
fi
if [[ $(id -u) != 0 ]] || ! command -v python3 >/dev/null || ! unshare -n true 2>/dev/null; then
  echo "static binary: built; not run in an empty file system, which needs root, unshare and python3"
  exit 0
fi

root=$(mktemp -d)
chmod 755 "$root"
trap 'rm -rf "$root"' EXIT
cp "$binary" "$root/image-factory"
run() { chroot --userspec=65532:65532 "$root" /image-factory "$@"; }

run --version
if ! run --help | grep -q '^ *analyze '; then
  echo "static binary: runs in an empty file system; it has no command that resolves a name"
  exit 0
fi
export -f run
export root
# The environment names the host, as that of the Job does: it would not be asked otherwise. Certificates of this machine are not there.
GITHUB_TOKEN='' GITHUB_API_URL='http://github.test:8080' env -u SSL_CERT_FILE -u SSL_CERT_DIR unshare -n bash -c '
  set -euo pipefail
  ip link set lo up
  python3 tests/support/one_name.py >"$root.log" & server=$!
  trap "kill $server; rm -f $root.log" EXIT
  for _ in $(seq 100); do grep -q ready "$root.log" && break; sleep 0.05; done
  request="{\"repo\":\"acme/web\",\"branch\":\"main\",\"dockerfile\":\"Dockerfile\",\"apiUrl\":\"http://github.test:8080\",\"expect\":[\"node:22\"]}"
  run analyze --request "$request"
'
echo "static binary: runs, resolves a name and reads a Dockerfile in an empty file system"
