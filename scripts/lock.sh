#!/usr/bin/env bash
# Renew the locked dependencies, with hashes, for every Python that we support. Needs uv.
set -euo pipefail
cd "$(dirname "$0")/.."
options=(--quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate)
extras=(--extra speech-base --extra postgresql)
uv pip compile "${options[@]}" "${extras[@]}" pyproject.toml --output-file requirements.lock "$@"
uv pip compile "${options[@]}" "${extras[@]}" --group dev --constraint requirements.lock pyproject.toml --output-file requirements-dev.lock "$@"
