#!/usr/bin/env bash
# comment.sh FILE CODE: makes the Markdown of `image-factory diff` the one comment of the pull request; CODE is the exit code of
# `diff`. Where nothing differs and there is no comment yet, none is written.
set -euo pipefail
file=$1
code=$2
export GH_TOKEN="$GITHUB_TOKEN"
marker='<!-- image-factory diff -->'
comments="repos/$GITHUB_REPOSITORY/issues/$PULL_REQUEST/comments"

body=$(mktemp)
trap 'rm -f "$body"' EXIT
# GitHub takes 65,536 characters.
limit=60000
if [[ $code == 0 ]]; then
  printf '%s\nNothing changes in the cluster.\n' "$marker" > "$body"
elif [[ $(wc -c < "$file") -gt $limit ]]; then
  # Whole lines, and no fence left open.
  head -c "$limit" "$file" | sed '$d' > "$body"
  if (($(grep -c '^```' "$body" || true) % 2)); then
    echo '```' >> "$body"
  fi
  printf '\nThis is not all: it is too long for a comment. The summary of the run has more.\n' >> "$body"
else
  cat "$file" > "$body"
fi

found=$(gh api --paginate "$comments" --jq ".[] | select(.body | startswith(\"$marker\")) | .id")
found=${found%%$'\n'*}
if [[ -n $found ]]; then
  gh api --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$found" -F "body=@$body" --silent
elif [[ $code != 0 ]]; then
  gh api --method POST "$comments" -F "body=@$body" --silent
fi
