#!/usr/bin/env bash
# Breaks a manifest that is right in many ways, each by one sed, and wants run.sh
# to refuse every one of them for the reason that the row says. run.sh calls it
# with the manifest of this repository's sample.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
manifest=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# The programs are built once; run.sh is called for each row.
export CONFORMANCE_PROGRAMS=$work/programs CONFORMANCE_SHORT=yes

# Each row: what is broken, the sed, and words that the report must have. `0,/X/s//Y/` is for the first alone.
rows=(
  'nothing|s/^//|'
  'strategy of a Warehouse|s/imageSelectionStrategy: Digest/imageSelectionStrategy: Lexical/|Freight of'
  'name of the header Accept of a read|s/name: Accept$/name: Akzept/|header Accept'
  'name of the header Accept|s/"name":"Accept"/"name":"Akzept"/|header Accept'
  'value of the header Accept of a read|s#value: application/vnd.github.raw+json#value: text/html#|Unsupported .Accept. header'
  'value of the header Accept|s#"application/vnd.github+json"#"text/html"#|Unsupported .Accept. header'
  'name of the header Content-Type|s/"name":"Content-Type"/"name":"Content-Typ"/|the Content-Type is'
  'value of the header Content-Type|s#"value":"application/json"#"value":"application/x-json"#|the Content-Type is'
  'name of the header X-GitHub-Api-Version|s/"name":"X-GitHub-Api-Version"/"name":"X-GitHub-Version"/|header X-Github-Api-Version'
  'value of the header X-GitHub-Api-Version|s/"2022-11-28"/"2022-11-29"/|is not a version of the API'
  'name of the header Authorization of a read|s/name: Authorization/name: Authentication/|header Authorization'
  'name of the header Authorization|s/"name": "Authorization"/"name": "Authentication"/|GitHub says: Not Found'
  'value of the header Authorization of a read|s/value: Bearer/value: Bear/|Bad credentials'
  'value of the header Authorization|s/"Bearer "/"Bear "/|Bad credentials'
  "Stage of a promotion policy|0,/      name: rebuild-trigger-/s//      name: rebuild-triggers-/|has no effect"
  'unknown field of a subscription|s/^\( *\)discoveryLimit: 20/&\n\1discoverLimit: 20/|discoverLimit'
  "unit of a soak|s/requiredSoakTime: 168h0m0s/requiredSoakTime: 168m/|would store something else"
  "length of a soak|s/requiredSoakTime: 168h0m0s/requiredSoakTime: 2h48m0s/|says that it waits 168h, and waits 2h48m0s"
  'tag that is watched|s/constraint: 22-bookworm-slim/constraint: 22-bookworm/|and looks at docker.io/library/node:22-bookworm$'
  'image of a step|s/trigger-uv/trigger-vu/|and rebuilds'
  'last word of an address|s#/dispatches#/dispatch#|404 Not Found'
  'first word of an address|s#/repos/#/repo/#|404 Not Found'
  'method of a request|s/method: POST/method: PUT/|404 Not Found'
  'address of a file|s#/contents/#/content/#|404 Not Found'
  'key of a body|s/"ref":/"branch":/|is not a permitted key'
  'condition of what is there at first|s/vars.enrolls ? filter/false ? filter/|was built 1 times, want 0'
  'record of what is there at first|s/^\( *\)baseline: ${{ outputs.plan.baseline }}/\1other: none/|was built 1 times, want 0'
  'record of what rests at first|s/outputs.plan.baseline ? \[\] : //|was built 1 times, want 0'
  'second look at what was written down|s/outputs.read != nil ? {} : /true ? {} : /|was built 1 times, want 0'
  'second try of what is written down|s/^\( *\)errorThreshold: 22/\1errorThreshold: 1/|a write that failed once'
  'type in a body|s/"inputs":{[^}]*}/"inputs":"none"/|is not a object'
)

# try runs one row, and says in a file of its own what is wrong with it.
try() {
  local name=$1 expression=$2 words=$3 to=$4 code=0
  sed "$expression" "$manifest" >"$to.yaml"
  if [[ -n $words ]] && cmp -s "$manifest" "$to.yaml"; then
    echo "breaks: $name: sed changed nothing" >"$to.wrong"
    return
  fi
  "$here/run.sh" "$to.yaml" >"$to.out" 2>&1 || code=$?
  if [[ -z $words ]]; then
    ((code == 0)) || { echo "breaks: what is right is refused:"; cat "$to.out"; } >"$to.wrong"
  elif ((code == 0)); then
    echo "breaks: $name: nothing noticed it" >"$to.wrong"
  elif ! grep -q -- "$words" "$to.out"; then
    { echo "breaks: $name: was refused, but not with the words: $words"; tail -n 40 "$to.out"; } >"$to.wrong"
  fi
}

number=0
for row in "${rows[@]}"; do
  IFS='|' read -r name expression words <<<"$row"
  number=$((number + 1))
  if ((number == 1)); then
    try "$name" "$expression" "$words" "$work/$number" # builds the programs
    continue
  fi
  # Most of the time is spent waiting.
  while (($(jobs -rp | wc -l) >= 4)); do wait -n; done
  try "$name" "$expression" "$words" "$work/$number" &
done
wait

if compgen -G "$work/*.wrong" >/dev/null; then
  cat "$work"/*.wrong >&2
  exit 1
fi
echo "breaks: all $((number - 1)) are noticed"
