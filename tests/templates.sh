#!/usr/bin/env bash
# templates.sh BINARY: what `workflow` prints, action.yml and .github/ are looked over by actionlint and zizmor. Each of the two
# is installed into target/ci-tools and works without a network from then on; without Go or Python it is skipped.
set -euo pipefail
cd "$(dirname "$0")/.."
binary=$(realpath "$1")
actionlint=v1.7.12
zizmor=1.32.0
tools="$PWD/target/ci-tools"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir -p "$work/.github/workflows"
cp .github/zizmor.yml "$work/.github/"
render() {
  local images=$1 name
  while IFS= read -r name; do
    "$binary" --quiet --images "$images" workflow "$name" > "$work/.github/workflows/$name.yml"
  done < <(sed -n 's/^- name: //p' "$images")
}
render tests/templates/images.yaml
render image-factory/images.yaml
"$binary" workflow --ci > "$work/.github/workflows/image-factory.yml"
"$binary" workflow --stale > "$work/.github/workflows/stale-images.yml"
rendered=("$work"/.github/workflows/*.yml)
echo "${#rendered[@]} workflows are rendered"

for script in .github/action/*.sh; do
  bash -n "$script"
done

if command -v go > /dev/null; then
  if [[ ! -x $tools/$actionlint/actionlint ]]; then
    GOBIN="$tools/$actionlint" go install "github.com/rhysd/actionlint/cmd/actionlint@$actionlint"
  fi
  # Not with what else is installed here: it would find other things on other machines.
  "$tools/$actionlint/actionlint" -shellcheck= -pyflakes= "${rendered[@]}" .github/workflows/*.yml
  echo "actionlint: nothing"
else
  echo "actionlint is skipped: go is missing"
fi

if command -v python3 > /dev/null && { [[ -x $tools/zizmor-$zizmor/bin/zizmor ]] || python3 -m venv "$tools/zizmor-$zizmor"; }; then
  if [[ ! -x $tools/zizmor-$zizmor/bin/zizmor ]]; then
    "$tools/zizmor-$zizmor/bin/pip" install --quiet "zizmor==$zizmor"
  fi
  # Each with its own zizmor.yml; they are the same.
  "$tools/zizmor-$zizmor/bin/zizmor" --offline --quiet --min-severity medium .
  "$tools/zizmor-$zizmor/bin/zizmor" --offline --quiet --min-severity medium "$work"
else
  echo "zizmor is skipped: python3 is missing, or cannot make a virtual environment"
fi
