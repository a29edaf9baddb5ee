#!/usr/bin/env bash
# Build the wheel and look inside: templates, styles, scripts and the compiled translations must be in it.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
if [ -x .venv/bin/uv ] || command -v uv >/dev/null; then
  PATH="$PATH:$PWD/.venv/bin" uv build --quiet --wheel --out-dir "$folder" .
else
  .venv/bin/python -m pip wheel --quiet --no-deps --wheel-dir "$folder" .
fi
.venv/bin/python - "$folder"/*.whl <<'PYTHON'
import subprocess, sys, zipfile
inside = set(zipfile.ZipFile(sys.argv[1]).namelist())
shipped = subprocess.run(["git", "ls-files", "recolte"], capture_output=True, text=True, check=True).stdout.splitlines()
missing = [name for name in [*shipped, "recolte/locale/fr/LC_MESSAGES/django.mo"] if name not in inside]
if missing:
    sys.exit("The wheel lacks: " + ", ".join(missing))
PYTHON
