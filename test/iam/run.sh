#!/usr/bin/env bash
# Has moto's IAM engine judge the synthesized policies: over every route, and over every call of every function.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PWD/node_modules/.bin:$PATH"
. test/parity/install.sh
export IAM_PYTHON="$PWD/.venv/bin/python"
vitest run --config test/iam/vitest.config.ts "$@"
