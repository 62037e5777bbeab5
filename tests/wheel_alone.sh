#!/usr/bin/env bash
# unshare -nm tests/wheel_alone.sh WHEEL: in a file system with Python, the C library and the wheel, and without a network: installs
# it, begins with a repository and writes manifests, within a minute.
set -euo pipefail
wheel=$(realpath "$1")
python=$(python3 -c 'import os, sys; print(os.path.realpath(getattr(sys, "_base_executable", sys.executable)))')
prefix=$(python3 -c 'import sys; print(sys.base_prefix)')
root=$(mktemp -d)
mount -t tmpfs none "$root"
for folder in /lib /lib64 /usr/lib "$prefix/lib"; do
  [[ -d $folder ]] || continue
  mkdir -p "$root$folder"
  mount --bind -o ro "$(realpath "$folder")" "$root$folder"
done
mkdir -p "$root${python%/*}" "$root/tmp" "$root/site/.github/workflows"
cp "$python" "$root$python"
cp "$wheel" "$root/site/"
echo 'FROM node:22' >"$root/site/Dockerfile"
printf 'on: [push, workflow_dispatch]\njobs:\n  build:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v6\n      - uses: docker/build-push-action@v7\n        with: {context: ., push: true, tags: "ghcr.io/acme/web:latest"}\n' \
  >"$root/site/.github/workflows/web.yml"

cat >"$root/site/run.py" <<'EOF'
import glob, os, subprocess, sys, venv
os.chdir("/site")
venv.create("/venv", with_pip=True)
subprocess.run(["/venv/bin/python", "-m", "pip", "install", "--quiet", "--no-index", *glob.glob("*.whl")], check=True)
tool = "/venv/bin/image-factory"
for arguments in (["--version"], ["init", "--yes", "--repo", "acme/web"], ["synth"]):
    subprocess.run([tool, *arguments], check=True, env={"HOME": "/tmp"}, stdout=sys.stderr if arguments[0] == "init" else None)
assert any("kind: Stage" in open(path).read() for path in glob.glob("**/dist/*.yaml", recursive=True))
EOF
started=$(date +%s)
env -i HOME=/tmp "$(command -v chroot)" "$root" "$python" /site/run.py 2>"$root/tmp/log" || { cat "$root/tmp/log" >&2; exit 1; }
took=$(($(date +%s) - started))
echo "wheel: installed, and manifests made of a repository, in $took s"
[[ $took -lt 60 ]]
