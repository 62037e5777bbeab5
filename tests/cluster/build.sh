#!/usr/bin/env bash
# Builds what run.sh starts, unless it is in the cache already, and prints the folder of it:
#
#   build.sh kubernetes          etcd, kube-apiserver, kube-controller-manager and kubectl, in one program
#   build.sh kargo VERSION       Kargo's webhooks and controllers of a release, with its chart beside them
#
# Everything comes from the Go module proxy. CLUSTER_CACHE names the cache, else it is in ${XDG_CACHE_HOME:-~/.cache}.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${CLUSTER_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/image-factory-cluster}
standin=$(cd "$here/../conformance/standin" && pwd)
go=$(go env GOVERSION)
# Whose CRDs Stages with an analysis need.
rollouts=github.com/argoproj/argo-rollouts@v1.9.1

# key names a folder of the cache by what is built: versions, and the text of the files that are given.
key() {
  local name=$1
  shift
  echo "$cache/$name-$(find "$@" -type f | LC_ALL=C sort | xargs cat | sha256sum | cut -c1-12)-$go"
}

# The checksum database does not know this release, which the proxy has: its sum is held here in its place.
unlisted="github.com/akuity/kargo@v1.10.8 h1:9yuy6vFWfb4LG/JleO8JjJZYJAuSoVabMub6OwDTB7g="

# module gives the folder of a module at a version, or says what the proxy answers that has none.
module() {
  local answer folder
  if [[ $1 == "${unlisted% *}" ]]; then
    export GONOSUMDB=${1%@*}
  fi
  answer=$(cd / && go mod download -json "$1" || true)
  field() { sed -n "s/^\t\"$1\": \"\(.*\)\",*\$/\1/p" <<<"$answer"; }
  folder=$(field Dir)
  if [[ -z $folder ]]; then
    echo "cluster: no $1, the module proxy answers: $(field Error)" >&2
    exit 1
  fi
  if [[ $1 == "${unlisted% *}" && $(field Sum) != "${unlisted#* }" ]]; then
    echo "cluster: $1 is not what it was, its sum is $(field Sum)" >&2
    exit 1
  fi
  echo "$folder"
}

# linked builds a program small: nobody debugs it here.
linked() {
  local target=$1 package=$2 flags=${3:-}
  nice go build -p 2 -trimpath -ldflags "-s -w $flags" -o "$target" "$package"
}

# cached prints a folder of the cache, and has it filled first where it is not there. What is half built is never seen.
cached() {
  local fill=$1 folder=$2
  shift 2
  if [[ ! -d $folder ]]; then
    mkdir -p "$cache"
    work=$(mktemp -d "$cache/building.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    mkdir "$work/done"
    ("$fill" "$work" "$@") >&2
    mv -T "$work/done" "$folder" 2>/dev/null || [[ -d $folder ]]
  fi
  echo "$folder"
}

kubernetes() { cached build_kubernetes "$(key kubernetes "$here/kubernetes")"; }

build_kubernetes() {
  local work=$1 version minor in=k8s.io/component-base/version
  cd "$here/kubernetes"
  version=$(go list -m -f '{{.Version}}' k8s.io/kubernetes)
  IFS=. read -r _ minor _ <<<"$version"
  linked "$work/done/kubernetes" . "-X $in.gitVersion=$version -X $in.gitMajor=1 -X $in.gitMinor=$minor"
}

# To be raised with a change of build_kargo.
recipe=2

kargo() { cached build_kargo "$(key "kargo-$1-$recipe" "$standin/api" "$standin/client")" "$1"; }

# build_kargo builds Kargo's own cmd/controlplane, less the commands that need more of its API module than the
# stand-in has.
build_kargo() {
  local work=$1 version=$2 source crds
  source=$(module "github.com/akuity/kargo@$version")
  crds=$(module "$rollouts")/manifests/crds
  mkdir "$work/cmd" "$work/done/rollouts"
  cp "$crds"/*analysis-*.yaml "$work/done/rollouts"
  cp -R "$source/charts/kargo" "$work/done/chart"
  cp -R "$source"/{go.mod,go.sum,pkg} "$work"
  cp -R "$source/cmd/controlplane" "$work/cmd"
  chmod -R u+w "$work"
  cd "$work"
  rm -f cmd/controlplane/{api,version,root}.go
  # A method before 1.11, and a field of the stand-in since; nothing here is verified by Argo Rollouts.
  sed -i 's/\(Status\.CompletedAt\)()/\1/' pkg/controller/stages/regular_stages.go
  cat >cmd/controlplane/root.go <<'EOF'
package main

import (
	"context"

	"github.com/spf13/cobra"
)

// Execute runs the command that the first argument names.
func Execute(ctx context.Context) error {
	root := &cobra.Command{Use: "kargo", SilenceUsage: true}
	root.AddCommand(
		newControllerCommand(), newKubernetesWebhooksServerCommand(), newManagementControllerCommand(),
		newExternalWebhooksServerCommand(),
	)
	return root.ExecuteContext(ctx)
}
EOF
  go mod edit -replace "github.com/akuity/kargo/api=$standin/api" \
    -replace "github.com/akuity/kargo/pkg/x/client/generated=$standin/client"
  # Kargo's go.sum lacks what only the stand-in asks for.
  GOFLAGS="${GOFLAGS:-} -mod=mod" linked "$work/done/kargo" ./cmd/controlplane
}

"$@"
