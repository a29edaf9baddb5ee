#!/usr/bin/env bash
# What the browser tests need from the system: Chromium, a Java runtime (HTML checker), sox. Installed where allowed.
set -euo pipefail
declare -A packages=([chromium]=chromium [java]=default-jre-headless [sox]=sox [xgettext]=gettext)
missing=()
for program in "${!packages[@]}"; do
  command -v "$program" >/dev/null || missing+=("${packages[$program]}")
done
# npm fetches the HTML checker, once (tests/browser/conftest.py); who has neither has that one test skipped.
wished=()
command -v npm >/dev/null || compgen -G "$HOME/.cache/recolte-tests/*/vnu.jar" >/dev/null || wished+=(npm)
[ ${#missing[@]} -eq 0 ] && [ ${#wished[@]} -eq 0 ] && exit 0
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  missing+=("${wished[@]}")
  echo "Installing ${missing[*]}…"
  export DEBIAN_FRONTEND=noninteractive
  apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null 2>&1 || {
    apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  }
elif [ ${#missing[@]} -gt 0 ]; then
  echo "The tests need: install ${missing[*]} (on Debian and Ubuntu: sudo apt install ${missing[*]}), then start again." >&2
  exit 1
fi
