#!/usr/bin/env bash
# The checks of action.yml. Each is run whatever the others say; a summary says what came of them, and the exit code is 1 if one
# failed. What comes in through the environment is listed in action.yml.
set -uo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
arguments=()
if [[ -n $IMAGES ]]; then
  arguments+=(--images "$IMAGES")
fi
failed=0
: > "$work/table"
: > "$work/details"

# run CHECK FILE ARGUMENT...: runs the tool with stdout into the file; both outputs are shown. Sets `code`.
run() {
  local check=$1 file=$2
  shift 2
  # What the tool prints holds text of the pull request: the runner must not take it for commands. Annotations are commands,
  # and are printed after this.
  local stop="stop-$RANDOM$RANDOM$RANDOM"
  echo "::group::image-factory $check"
  echo "::stop-commands::$stop"
  code=0
  image-factory "${arguments[@]}" "$@" > "$file" 2> "$work/messages" || code=$?
  if [[ $check != lint || $ANNOTATIONS != true ]]; then
    cat "$file"
  fi
  cat "$work/messages"
  echo "::$stop::"
  echo "::endgroup::"
}

# result CHECK TEXT FILE...: a row of the summary; the files are its details.
result() {
  echo "| \`$1\` | $2 |" >> "$work/table"
  shift 2
  if [[ $# -gt 0 ]]; then
    # Tildes: what is in there may hold backticks.
    printf '\n~~~~~~~~text\n%s\n~~~~~~~~\n' "$(cat -- "$@" | head -c 100000)" >> "$work/details"
  fi
}

# failure CHECK TEXT FILE...: the same, and the run fails.
failure() {
  failed=1
  echo "::error title=image-factory $1::$2"
  result "$1" ":x: $2" "${@:3}"
}

discover() {
  run discover "$work/out" discover --check
  case $code in
    0) result discover ":white_check_mark: the lock is what the Dockerfiles say" ;;
    1) failure discover "images.lock.yaml is stale: run image-factory discover and image-factory synth, and commit" "$work/out" "$work/messages" ;;
    3) failure discover "some Dockerfile could not be read" "$work/messages" ;;
    *) failure discover "the input is wrong" "$work/messages" ;;
  esac
}

lint() {
  local format=human
  if [[ $ANNOTATIONS == true ]]; then
    format=github
  fi
  run lint "$work/annotations" lint --format "$format" --format "human=$work/out"
  if [[ $format == github ]]; then
    cat "$work/annotations"
  fi
  case $code in
    0) result lint ":white_check_mark: no problems" ;;
    1) failure lint "there are problems" "$work/out" ;;
    *) failure lint "it could not be looked at" "$work/messages" ;;
  esac
}

synth() {
  run synth "$work/out" synth --check
  case $code in
    0) result synth ":white_check_mark: the manifests are what images.yaml makes" ;;
    1) failure synth "the manifests are behind: run image-factory synth, and commit" "$work/out" "$work/messages" ;;
    *) failure synth "no manifests can be made" "$work/messages" ;;
  esac
}

# The commit to compare with: in the run of a pull request the checkout is its merge, whose first parent is what it is merged
# into now; the event names what that was when the pull request was last pushed to.
base() {
  if [[ -n $BASE ]]; then
    echo "$BASE"
  elif [[ $(git rev-parse HEAD 2> "$work/git") == "$GITHUB_SHA" ]] && git rev-parse --verify --quiet HEAD^2 > "$work/git"; then
    echo "HEAD^1"
  else
    echo "$PULL_REQUEST_BASE"
  fi
}

diff() {
  local against
  against=$(base)
  if [[ -z $against ]]; then
    result diff "not a pull request, and no \`base\`"
    return
  fi
  run diff "$work/diff" diff --base "$against" --format markdown
  case $code in
    0) result diff ":white_check_mark: nothing changes in the cluster" ;;
    1) result diff "shown below" ;;
    *)
      failure diff "it could not be compared with $against; the checkout needs fetch-depth: 2" "$work/messages"
      return
      ;;
  esac
  if [[ $code == 1 ]]; then
    cat "$work/diff" >> "$work/details"
  fi
  if [[ $COMMENT == true && -n $PULL_REQUEST ]]; then
    "$here/comment.sh" "$work/diff" "$code" || echo "::notice title=image-factory diff::no comment was written: the token may not write (it never may in pull requests of forks); the summary of the run has it"
  fi
}

for check in $CHECKS; do
  case $check in
    discover | lint | synth | diff) "$check" ;;
    *) failure "$check" "there is no such check; write some of discover lint synth diff" ;;
  esac
done

{
  printf '### image-factory\n\n| check | result |\n|---|---|\n'
  cat "$work/table"
  # A summary may have 1 MiB.
  echo
  head -c 900000 "$work/details"
  echo
} >> "$GITHUB_STEP_SUMMARY"
exit "$failed"
