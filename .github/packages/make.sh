#!/usr/bin/env bash
# Packages of static binaries. Whose they are is said in one place, GITHUB_REPOSITORY (OWNER/NAME), which GitHub sets.
#
#   make.sh TARGET BINARY OUT   of one target: an archive, a .deb, and the package of npm with the binary
#   make.sh together OUT        of all of them: npm's package that chooses one, a formula of Homebrew, the wheel's SBOM, SHA256SUMS
#
# The wheel is maturin's (pyproject.toml), the image the Dockerfile's. With RUN the binary of another processor runs (qemu).
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
cargo() { sed -n "s/^$1 = \"\(.*\)\"\$/\1/p" "$root/Cargo.toml" | head -1; }
version=$(cargo version)
description=$(cargo description)
license=$(cargo license)
owner=$(tr '[:upper:]' '[:lower:]' <<<"${GITHUB_REPOSITORY%%/*}")
page="${GITHUB_SERVER_URL:-https://github.com}/$GITHUB_REPOSITORY"
package="@$owner/image-factory"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# package.json of a package of this name, with more keys.
manifest() {
  printf '{"name": "%s", "version": "%s", "description": "%s", "license": "%s", "repository": "%s", %s}\n' \
    "$1" "$version" "$description" "$license" "$page" "$2"
}

if [[ $1 == together ]]; then
  out=$(realpath "$2")
  npm="$work/npm"
  mkdir "$npm"
  cp "$root/.github/packages/shim.js" "$root/LICENSE" "$npm/"
  printf '# image-factory\n\n%s. See %s.\n' "$description" "$page" >"$npm/README.md"
  manifest "$package" "\"bin\": {\"image-factory\": \"shim.js\"}, \"optionalDependencies\": {\"$package-linux-x64\": \"$version\", \"$package-linux-arm64\": \"$version\"}" >"$npm/package.json"
  npm pack --silent --pack-destination "$out" "$npm" >/dev/null

  sum() { sha256sum "$out/image-factory-v$version-$1-unknown-linux-gnu.tar.gz" 2>/dev/null | cut -d ' ' -f 1; }
  formula() {
    printf '    on_%s do\n      url "%s/releases/download/v%s/image-factory-v%s-%s-unknown-linux-gnu.tar.gz"\n      sha256 "%s"\n    end\n' \
      "$1" "$page" "$version" "$version" "$2" "$(sum "$2")"
  }
  {
    printf 'class ImageFactory < Formula\n  desc "Compiles images.yaml into Kargo manifests that rebuild container images"\n  homepage "%s"\n  version "%s"\n  license "%s"\n\n  on_linux do\n' "$page" "$version" "$license"
    if [[ -n $(sum x86_64) ]]; then formula intel x86_64; fi
    if [[ -n $(sum aarch64) ]]; then formula arm aarch64; fi
    # shellcheck disable=SC2016
    printf '  end\n\n  def install\n    bin.install "image-factory"\n  end\n\n  test do\n    assert_match version.to_s, shell_output("#{bin}/image-factory --version")\n  end\nend\n'
  } >"$out/image-factory.rb"
  shopt -s nullglob
  cd "$out"
  # The wheel has a list of what is in the binary, of all processors the same.
  for wheel in *x86_64.whl; do
    python3 - "$wheel" >image-factory.cdx.json <<'EOF'
import sys, zipfile
wheel = zipfile.ZipFile(sys.argv[1])
[name] = [name for name in wheel.namelist() if name.endswith("/sboms/image-factory.cyclonedx.json")]
print(wheel.read(name).decode(), end="")
EOF
  done
  sha256sum -- *.tar.gz *.tgz *.deb *.whl *.rb *.json >SHA256SUMS
  exit
fi

target=$1
binary=$(realpath "$2")
mkdir -p "$3"
out=$(realpath "$3")
case ${target%%-*} in
  x86_64) debian=amd64 node=x64 ;;
  aarch64) debian=arm64 node=arm64 ;;
  *) echo "make.sh: no package is made for $target" >&2; exit 2 ;;
esac
run() { ${RUN:-} "$binary" "$@"; }
[[ $(run --version) == "image-factory $version" ]] || { echo "make.sh: $binary is not version $version" >&2; exit 1; }
# Archives do not depend on who makes them and when.
epoch=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct)}
export SOURCE_DATE_EPOCH=$epoch

mkdir "$work/archive"
install -m 755 "$binary" "$work/archive/image-factory"
install -m 644 "$root/LICENSE" "$work/archive/LICENSE"
tar -C "$work/archive" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$epoch" -cf - image-factory LICENSE |
  gzip -9n >"$out/image-factory-v$version-$target.tar.gz"

mkdir "$work/npm"
install -m 755 "$binary" "$work/npm/image-factory"
cp "$root/LICENSE" "$work/npm/"
manifest "$package-linux-$node" "\"os\": [\"linux\"], \"cpu\": [\"$node\"], \"preferUnplugged\": true" >"$work/npm/package.json"
npm pack --silent --pack-destination "$out" "$work/npm" >/dev/null

deb="$work/deb"
doc="$deb/usr/share/doc/image-factory"
install -D -m 755 "$binary" "$deb/usr/bin/image-factory"
mkdir -p "$deb/DEBIAN" "$doc" "$deb/usr/share/man/man1" "$deb/usr/share/bash-completion/completions" "$deb/usr/share/zsh/vendor-completions" "$deb/usr/share/fish/vendor_completions.d"
run completions bash >"$deb/usr/share/bash-completion/completions/image-factory"
run completions zsh >"$deb/usr/share/zsh/vendor-completions/_image-factory"
run completions fish >"$deb/usr/share/fish/vendor_completions.d/image-factory.fish"
run man --out "$deb/usr/share/man/man1"
gzip -9n "$deb"/usr/share/man/man1/*.1
printf 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nSource: %s\n\nFiles: *\nCopyright: the authors of image-factory\nLicense: %s\n On Debian systems the text is in /usr/share/common-licenses/Apache-2.0.\n' "$page" "$license" >"$doc/copyright"
gzip -9nc "$root/CHANGELOG.md" >"$doc/changelog.gz"
cat >"$deb/DEBIAN/control" <<EOF
Package: image-factory
Version: $version
Architecture: $debian
Maintainer: $owner <$owner@users.noreply.github.com>
Installed-Size: $(du -sk --apparent-size "$deb/usr" | cut -f 1)
Section: devel
Priority: optional
Homepage: $page
Description: Rebuilds container images when their base images change
 $description.
EOF
dpkg-deb --root-owner-group -Zxz --build "$deb" "$out/image-factory_${version}_$debian.deb" >/dev/null
