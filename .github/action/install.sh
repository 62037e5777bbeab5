#!/usr/bin/env bash
# The tool of action.yml, from the sources beside this file: `install.sh key` prints the key of the cache, and `build` builds.
# The binary goes where cargo puts binaries, which GitHub's runners have on their path.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

case ${1-} in
  key)
    # The action comes without its git history, so the sources themselves are the version.
    cd "$root"
    sources=$(find Cargo.toml Cargo.lock src templates -type f | LC_ALL=C sort | xargs sha256sum | sha256sum | cut -c 1-32)
    echo "key=image-factory-$RUNNER_OS-$RUNNER_ARCH-$sources"
    ;;
  build)
    rust=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' "$root/Cargo.toml")
    rustup toolchain install "$rust" --profile minimal
    cargo "+$rust" install --locked --force --path "$root" --target-dir "$RUNNER_TEMP/image-factory-build"
    ;;
  *)
    echo "install.sh: write key or build" >&2
    exit 2
    ;;
esac
