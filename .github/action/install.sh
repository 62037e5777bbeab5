#!/usr/bin/env bash
# The tool of action.yml, from the sources of this repository. `install.sh key` says where it will be and under which key the
# cache has it (outputs `path` and `key`), and puts that on the path of the steps that follow; `install.sh build` builds it.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
# A folder of its own: what is in ~/.cargo/bin is the user's, and not every machine has that on its path.
home="$HOME/.image-factory"

case ${1-} in
  key)
    # The action comes without its git history, so the sources themselves are the version.
    cd "$root"
    sources=$(find Cargo.toml Cargo.lock src templates -type f | LC_ALL=C sort | xargs sha256sum | sha256sum | cut -c 1-32)
    echo "key=image-factory-$RUNNER_OS-$RUNNER_ARCH-$sources" >> "$GITHUB_OUTPUT"
    echo "path=$home/bin/image-factory" >> "$GITHUB_OUTPUT"
    echo "$home/bin" >> "$GITHUB_PATH"
    ;;
  build)
    rust=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' "$root/Cargo.toml")
    have=$({ cargo --version 2> /dev/null || true; } | cut -d ' ' -f 2)
    toolchain=()
    if [[ -z $have ]] || ! printf '%s\n' "$rust" "$have" | sort -V -C; then
      rustup toolchain install "$rust" --profile minimal
      toolchain=("+$rust")
    fi
    # Where the sources are, for reports that lead to their pages.
    export IMAGE_FACTORY_REPOSITORY="${GITHUB_ACTION_REPOSITORY:+${GITHUB_SERVER_URL-https://github.com}/$GITHUB_ACTION_REPOSITORY}"
    cargo "${toolchain[@]}" install --locked --force --path "$root" --root "$home" --target-dir "$RUNNER_TEMP/image-factory-build"
    ;;
  *)
    echo "install.sh: write key or build" >&2
    exit 2
    ;;
esac
