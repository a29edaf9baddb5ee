#!/usr/bin/env bash
# Style, types, contracts, migrations, translations, and the wheel that would be released.
set -uo pipefail
cd "$(dirname "$0")/.."
export RECOLTE_DATA=${RECOLTE_DATA:-$(mktemp -d)}
failed=()
check() {
  local name=$1
  shift
  if "$@"; then echo "ok: $name"; else failed+=("$name"); fi
}
check "ruff format" .venv/bin/ruff format --check --quiet .
check "ruff" .venv/bin/ruff check --quiet .
check "mypy" .venv/bin/mypy
check "import contracts" .venv/bin/lint-imports --no-logo
check "migrations" .venv/bin/recolte manage makemigrations --check --dry-run
check "django" .venv/bin/recolte manage check --fail-level WARNING
check "deployment" env RECOLTE_SITE_URL=https://recolte.example.org .venv/bin/recolte manage check --deploy --fail-level WARNING
check "translations" .venv/bin/python scripts/translations.py check
check "wheel" scripts/wheel.sh
if [ ${#failed[@]} -gt 0 ]; then
  printf 'failed: %s\n' "${failed[@]}" >&2
  exit 1
fi
