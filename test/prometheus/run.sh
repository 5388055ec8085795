#!/usr/bin/env bash
# Reads forecasts with promtool, Prometheus's own client: the one on the PATH, else that of Debian's package, unpacked into
# .venv/prometheus once. The exit code is the suite's.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PWD/node_modules/.bin:$PATH"

promtool=$(command -v promtool || echo "$PWD/.venv/prometheus/usr/bin/promtool")
if [ ! -x "$promtool" ]; then
  echo 'Unpacking Debian’s prometheus into .venv/prometheus …'
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  chmod 755 "$scratch"
  (cd "$scratch" && apt-get download prometheus)
  mkdir -p .venv/prometheus
  dpkg-deb -x "$scratch"/prometheus_*.deb .venv/prometheus
fi

# The last line, "N passed, N failed", is the counts reporter's.
PROMTOOL="$promtool" vitest run --config test/prometheus/vitest.config.ts "$@"
