#!/usr/bin/env bash
# Fuzzes what works out expressions, scripts, makefiles and bake files of other people. No nightly Rust is needed, since nothing of ours
# is unsafe and no sanitizer is asked for: `cargo install cargo-fuzz`, and a C++ compiler for libFuzzer.
#
#   run.sh [SECONDS [TARGET...]]   each target for so long (300), one after the other, from corpus/TARGET on
#
# What is found is in target/fuzz/found: an input by which a target panics, takes more than 10 s or more than 2 GB. Mend the kind of it,
# with a test that is named after the condition.
set -euo pipefail
cd "$(dirname "$0")"

seconds=${1:-300}
shift || true
targets=("$@")
((${#targets[@]})) || targets=(expression shell make bake)
target=${CARGO_TARGET_DIR:-$PWD/../../target}/fuzz
mkdir -p "$target/found"

# The versions that everything else is tested with.
cp ../../Cargo.lock Cargo.lock
for name in "${targets[@]}"; do
  mkdir -p "$target/corpus/$name"
  nice cargo fuzz run --fuzz-dir . --sanitizer none --target-dir "$target" "$name" "$target/corpus/$name" "corpus/$name" -- \
    -max_total_time="$seconds" -rss_limit_mb=2000 -timeout=10 -print_final_stats=1 "-artifact_prefix=$target/found/$name-"
done
