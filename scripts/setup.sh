#!/usr/bin/env bash
# Make .venv from a hash-pinned lock file: with uv where it can be had, else with venv and pip.
set -euo pipefail
cd "$(dirname "$0")/.."
lock=$1
python=${PYTHON:-python3}

if ! command -v "$python" >/dev/null; then
  echo "Python is missing: install Python 3.11 or newer (on Debian and Ubuntu: apt install python3 python3-venv)." >&2
  exit 1
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "This Python is too old ($("$python" -V)): install Python 3.11 or newer, or say where one is with PYTHON=…" >&2
  exit 1
fi

stamp=.venv/.installed-$(basename "$lock")
wanted=$(cat "$lock" pyproject.toml | sha256sum | cut -d' ' -f1)
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
  exit 0
fi
echo "Setting up .venv from $lock…"

uv=$(command -v uv || true)
if [ -z "$uv" ] && [ -x .venv/bin/uv ]; then uv=.venv/bin/uv; fi
if [ -z "$uv" ] && [ -d .venv ] && ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
  rm -rf .venv # made by a uv that is no longer here
fi
if [ ! -x .venv/bin/python ]; then
  if [ -n "$uv" ]; then
    "$uv" venv --quiet --python "$python" .venv
  elif ! "$python" -m venv .venv; then
    rm -rf .venv
    echo "The virtual environment could not be made: install python3-venv (apt install python3-venv)." >&2
    exit 1
  fi
fi
if [ -z "$uv" ] && .venv/bin/python -m pip install --quiet --disable-pip-version-check uv 2>/dev/null; then
  uv=.venv/bin/uv
fi
if [ -n "$uv" ]; then
  VIRTUAL_ENV=$PWD/.venv "$uv" pip install --quiet --require-hashes -r "$lock"
  VIRTUAL_ENV=$PWD/.venv "$uv" pip install --quiet --no-deps --editable .
else
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
fi
echo "$wanted" > "$stamp"
