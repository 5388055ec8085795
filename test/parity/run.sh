#!/usr/bin/env bash
# Compares the laptop cloud with moto, and has DuckDB read the history's files: starts moto on a
# free port, runs the suite with MOTO_ENDPOINT set, and stops moto. The exit code is the suite's.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PWD/node_modules/.bin:$PATH"

. test/parity/install.sh
scratch=$(mktemp -d)
moto_pid=''
finish() {
  if [ -n "$moto_pid" ]; then
    kill "$moto_pid" 2>/dev/null || true
    wait "$moto_pid" 2>/dev/null || true
  fi
  rm -rf "$scratch"
}
trap finish EXIT

port=$(node -e "const s = require('node:net').createServer().listen(0, '127.0.0.1', () => { console.log(s.address().port); s.close(); })")
export MOTO_ENDPOINT="http://127.0.0.1:$port"
.venv/bin/moto_server -H 127.0.0.1 -p "$port" >"$scratch/moto.log" 2>&1 &
moto_pid=$!

for _ in $(seq 1 300); do
  if ! kill -0 "$moto_pid" 2>/dev/null; then
    echo 'moto_server stopped before it answered:' >&2
    cat "$scratch/moto.log" >&2
    exit 1
  fi
  if node -e 'fetch(`${process.env.MOTO_ENDPOINT}/moto-api/`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))'; then
    answered=yes
    break
  fi
  sleep 0.2
done
if [ -z "${answered:-}" ]; then
  echo "moto_server did not answer at $MOTO_ENDPOINT within a minute:" >&2
  cat "$scratch/moto.log" >&2
  exit 1
fi

# The last line, "N passed, N failed", is the counts reporter's.
vitest run --config test/parity/vitest.config.ts "$@"
