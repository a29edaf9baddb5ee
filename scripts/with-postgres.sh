#!/usr/bin/env bash
# Run a command with RECOLTE_DATABASE_URL at a PostgreSQL of our own: private port, throw-away data, nobody's root.
set -euo pipefail

find_bin() { ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1; }
bin=$(find_bin)
if [ -z "$bin" ] || [ ! -x "$bin/initdb" ]; then
  if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -y -qq --no-install-recommends postgresql >/dev/null 2>&1 || {
      apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql >/dev/null
    }
    bin=$(find_bin)
  else
    echo "PostgreSQL is missing: install it (on Debian and Ubuntu: sudo apt install postgresql), then start again." >&2
    exit 1
  fi
fi

folder=$(mktemp -d /tmp/recolte-postgres.XXXXXX)
as=()
if [ "$(id -u)" = 0 ]; then # PostgreSQL refuses to run as root
  as=(runuser -u postgres --)
  chown postgres "$folder"
fi
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
stop() {
  "${as[@]}" "$bin/pg_ctl" -D "$folder/data" -m immediate -s stop || true
  rm -rf "$folder"
}
trap stop EXIT
cd "$folder" && "${as[@]}" "$bin/initdb" -D "$folder/data" -U recolte -A trust -E UTF8 --locale=C.UTF-8 >/dev/null && cd - >/dev/null
"${as[@]}" "$bin/pg_ctl" -D "$folder/data" -s -w -l "$folder/log" \
  -o "-p $port -k $folder -c listen_addresses=127.0.0.1 -c fsync=off -c synchronous_commit=off -c full_page_writes=off" start
"$bin/createdb" -h 127.0.0.1 -p "$port" -U recolte recolte
export RECOLTE_DATABASE_URL="postgresql://recolte@127.0.0.1:$port/recolte" PATH="$bin:$PATH"
"$@"
