#!/usr/bin/env bash
# A whole Kargo on this machine, and a command with it: README.md says what is in it.
#
#   run.sh                          the tests that fit into CI
#   run.sh --all                    all of them
#   run.sh --run PATTERN            those that go test finds by this
#   run.sh [--kargo VERSION] -- COMMAND...    this command in their place, such as a shell
#
# IMAGE_FACTORY names the program to test; without it the release build is made. CLUSTER_CACHE names the folder of
# what is built (build.sh).
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# cluster starts everything in the folder $RIG, runs a command, and ends what was started.
cluster() {
  ip link set lo up
  mkdir -p "$RIG"/{part,pid,tmp,log}
  trap stop EXIT
  trap 'exit 143' TERM INT

  part etcd "$KUBERNETES/kubernetes" etcd --data-dir "$RIG/etcd" --unsafe-no-fsync --log-level error
  part kube-apiserver "$KUBERNETES/kubernetes" kube-apiserver \
    --etcd-servers http://127.0.0.1:2379 --bind-address 127.0.0.1 --advertise-address 127.0.0.1 \
    --endpoint-reconciler-type none --service-cluster-ip-range 10.0.0.0/24 --cert-dir "$RIG/kube-apiserver" \
    --service-account-issuer https://kubernetes --service-account-key-file "$RIG/tls.crt" \
    --service-account-signing-key-file "$RIG/tls.key" \
    --authorization-mode RBAC --token-auth-file "$RIG/tokens.csv" --disable-admission-plugins ServiceAccount
  part kube-controller-manager "$KUBERNETES/kubernetes" kube-controller-manager \
    --kubeconfig "$RIG/admin.kubeconfig" --leader-elect=false --secure-port 0 \
    --controllers namespace-controller,garbage-collector-controller
  part registry "$RIG/bin/registry" serve 127.0.0.1:5000
  part github "$RIG/bin/github" -listen 127.0.0.1:8080 -control 127.0.0.1:8081
  kargo_part kargo-webhooks-server kubernetes-webhooks-server
  kargo_part kargo-management-controller management-controller
  kargo_part kargo-controller controller
  kargo_part kargo-external-webhooks-server external-webhooks-server

  "$RIG/bin/chart" "$KARGO/chart" "$RIG"
  install -D -m 600 -t "$RIG/tmp/kargo-webhooks-server/k8s-webhook-server/serving-certs" "$RIG/tls.crt" "$RIG/tls.key"
  account admin admin system:masters
  local name
  # GitHub has the port that it would take.
  printf 'export BIND_ADDRESS=127.0.0.1 PORT=8082\n' >>"$RIG/kargo-external-webhooks-server.env"
  for name in kargo-webhooks-server kargo-management-controller kargo-controller kargo-external-webhooks-server; do
    account "$name" "system:serviceaccount:kargo:$name" system:serviceaccounts system:serviceaccounts:kargo
  done
  export KUBECONFIG=$RIG/admin.kubeconfig PATH=$RIG/bin:$PATH

  local began=$SECONDS
  start etcd
  start registry
  start github
  start kube-apiserver
  until_true kubectl get --raw /readyz
  start kube-controller-manager
  kubectl apply --server-side -f "$RIG/objects.yaml" -f "$KARGO/rollouts" >"$RIG/log/apply"
  start kargo-webhooks-server
  start kargo-management-controller
  until_true listening 9443
  start kargo-controller
  start kargo-external-webhooks-server
  until_true listening 8082
  echo "cluster: runs after $((SECONDS - began)) s" >&2
  local code=0
  run "$@" || code=$?
  used
  return "$code"
}

# run waits for a command; in the background, so that a signal need not wait for its end, unless somebody sits at it.
running=
run() {
  local code=0
  if [[ -t 0 ]]; then
    "$@" || return
  else
    "$@" <&0 &
    running=$!
    wait "$running" || code=$?
    running=
  fi
  return "$code"
}

# used says how much memory each process has had at most, and how long it has had a processor.
used() {
  local name pid
  for name in $(ls "$RIG/pid"); do
    pid=$(cat "$RIG/pid/$name")
    # Of stat, what stands behind the name: utime and stime are its 14th and 15th fields, in ticks (proc(5)).
    awk -v name="$name" -v ticks="$(getconf CLK_TCK)" '
      /^VmHWM/ {memory = $2 / 1024}
      FILENAME ~ /stat$/ {sub(/.*\) /, ""); seconds = ($12 + $13) / ticks}
      END {printf "cluster: %s %d MB, %.1f s of a processor\n", name, memory, seconds}
    ' "/proc/$pid/status" "/proc/$pid/stat" >&2 || true
  done
}

# part writes the program that becomes one process: it notes its own id, so that whoever starts it again is known too.
part() {
  local name=$1
  shift
  {
    printf '#!/bin/sh\necho $$ >%q\n' "$RIG/pid/$name"
    # Where it keeps its temporary files, so that a test can lose them.
    printf 'export TMPDIR=%q\nmkdir -p "$TMPDIR"\n' "$RIG/tmp/$name"
    if [[ $name == kargo-* ]]; then
      printf '. %q\nexport KUBECONFIG=%q\n' "$RIG/$name.env" "$RIG/$name.kubeconfig"
    fi
    printf 'exec'
    printf ' %q' "$@"
    printf ' >>%q 2>&1\n' "$RIG/log/$name"
  } >"$RIG/part/$name"
  chmod +x "$RIG/part/$name"
}

kargo_part() { part "$1" "$KARGO/kargo" "$2"; }

# start begins a part; the shell need not tell of its end.
start() {
  "$RIG/part/$1" &
  disown
}

# account lets a user in by a token, and writes the file that says so to a client.
account() {
  local name=$1 user=$2
  shift 2
  local IFS=,
  echo "$name,$user,$name,\"$*\"" >>"$RIG/tokens.csv"
  cat >"$RIG/$name.kubeconfig" <<EOF
apiVersion: v1
kind: Config
current-context: here
clusters: [{name: here, cluster: {server: "https://127.0.0.1:6443", insecure-skip-tls-verify: true}}]
users: [{name: here, user: {token: $name}}]
contexts: [{name: here, context: {cluster: here, user: here}}]
EOF
}

until_true() {
  local tries=0
  until "$@" >/dev/null 2>&1; do
    tries=$((tries + 1))
    if ((tries > 600)); then
      echo "cluster: waited in vain for: $*" >&2
      tail -n 5 "$RIG"/log/* >&2
      exit 1
    fi
    sleep 0.2
  done
}

listening() { (: >"/dev/tcp/127.0.0.1/$1"); }

# stop ends every process that noted its id. Nothing has to be saved, so nobody is asked.
stop() {
  local file
  [[ -z $running ]] || kill -KILL "$running" 2>/dev/null || true
  for file in "$RIG"/pid/*; do
    kill -KILL "$(cat "$file")" 2>/dev/null || true
  done
}

# ways are the ways into where there is nothing but loopback, the best first: in a namespace of processes too, nothing
# outlives this script, however it ends.
ways=(
  "setpriv --pdeathsig KILL unshare -n --pid --fork --kill-child --mount-proc"
  "setpriv --pdeathsig KILL unshare -Urn --pid --fork --kill-child --mount-proc"
  "unshare -n" "unshare -Urn"
)

# way prints the first of them that this machine lets us go.
way() {
  local way
  for way in "${ways[@]}"; do
    if $way ip link set lo up 2>/dev/null; then
      echo "$way"
      return
    fi
  done
  return 1
}

# skip says why nothing is tested, which is no fault.
skip() {
  echo "cluster: skipped, $1"
  exit 0
}

# prepare fetches and builds whatever runs, where there is a network.
prepare() {
  mkdir "$RIG/bin"
  ln -s "$("$here/build.sh" kubernetes)" "$RIG/kubernetes"
  ln -s "$("$here/build.sh" kargo "$CLUSTER_KARGO")" "$RIG/kargo"
  printf '#!/bin/sh\nexec %q kubectl "$@"\n' "$RIG/kubernetes/kubernetes" >"$RIG/bin/kubectl"
  chmod +x "$RIG/bin/kubectl"
  cd "$here"
  go build -o "$RIG/bin/" ./chart ./registry
  go build -o "$RIG/bin/github" image-factory/conformance/github/cmd
  "$RIG/bin/github" -fetch
  go test -c -vet=off -o "$RIG/bin/tests" .
}

# What go and npm say when what they ask does not serve something, or cannot be asked. Nothing is wrong with us then.
unserved='the module proxy answers|reading https?://.*: [0-9]{3} |dial tcp|proxyconnect|no such host|[Cc]onnection (refused|reset)|TLS handshake timeout|i/o timeout|GOPROXY=off|no npm to fetch|npm pack .*exit status'

if [[ ${1:-} == --inside ]]; then
  shift
  cluster "$@"
  exit
elif [[ ${1:-} == --prepare ]]; then
  prepare
  exit
fi

for tool in go ip unshare; do
  command -v "$tool" >/dev/null || skip "there is no $tool"
done
enter=$(way) || skip "no network namespace can be made here: it takes root, or namespaces of users"

version=v1.11.2
command=(tests)
pattern=.
all=
while (($# > 0)); do
  case $1 in
    --all) all=yes ;;
    --run) pattern=$2 && shift ;;
    --kargo) version=$2 && shift ;;
    --) shift && command=("$@") && break ;;
    *) echo "usage: run.sh [--all] [--run PATTERN] [--kargo VERSION] [-- COMMAND...]" >&2 && exit 2 ;;
  esac
  shift
done
export CLUSTER_ALL=$all CLUSTER_KARGO=$version

# What ends the script ends the cluster first: KILL where that ends its namespace of processes, else TERM, which waits.
RIG=$(mktemp -d)
export RIG
finish() {
  local signal=TERM
  [[ $enter != *--kill-child* ]] || signal=KILL
  if [[ -n $running ]] && kill -"$signal" "$running" 2>/dev/null; then
    wait "$running" 2>/dev/null || true
  fi
  [[ -n ${CLUSTER_KEEP:-} ]] || rm -rf "$RIG"
}
trap finish EXIT
trap 'exit 143' TERM INT

if ! "$here/run.sh" --prepare 2>&1 | tee "$RIG/prepared" >&2; then
  if grep -qE "$unserved" "$RIG/prepared"; then
    skip "what it is built from cannot be had: $(grep -m 1 -E "$unserved" "$RIG/prepared")"
  fi
  exit 1
fi
export KUBERNETES=$RIG/kubernetes KARGO=$RIG/kargo
built=$SECONDS
cd "$here"
if [[ ${command[0]} == tests ]]; then
  if [[ -z ${IMAGE_FACTORY:-} ]]; then
    (cd ../.. && cargo build --release --quiet)
    export IMAGE_FACTORY=${CARGO_TARGET_DIR:-$here/../../target}/release/image-factory
  fi
  export CLUSTER_README=$here/../../README.md
  if [[ -n $(gofmt -l . ../conformance/standin) ]]; then
    echo "cluster: gofmt would change:" $(gofmt -l . ../conformance/standin) >&2
    exit 1
  fi
  go vet ./...
  # Most of the time is spent waiting.
  command=("$RIG/bin/tests" -test.v -test.parallel 32 -test.run "$pattern" -test.timeout 60m)
fi
run $enter -- "$here/run.sh" --inside "${command[@]}"
echo "cluster: $built s to fetch and build, $((SECONDS - built)) s to run"

# Of older releases no more than this: what they cannot do is in the README's version table.
older=(v1.10.8 v1.9.9)
if [[ -n $all && $version == v1.11.2 && $pattern == . ]]; then
  for version in "${older[@]}"; do
    "$here/run.sh" --all --kargo "$version" --run '^(TestApply|TestPush|TestFaults|TestSecret)$'
  done
fi
