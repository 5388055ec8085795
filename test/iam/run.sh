#!/usr/bin/env bash
# Has moto's IAM engine judge the synthesized policies over every route; installs moto into .venv/iam once.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PWD/node_modules/.bin:$PATH"
export IAM_PYTHON="${IAM_PYTHON:-$PWD/.venv/iam/bin/python}"
if ! "$IAM_PYTHON" -c 'import moto.iam.access_control' 2>/dev/null; then
  echo 'Installing moto into .venv/iam …'
  python3 -m venv .venv/iam
  .venv/iam/bin/pip install --quiet --disable-pip-version-check 'moto==5.2.*'
fi
vitest run --config test/iam/vitest.config.ts "$@"
