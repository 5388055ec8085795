#!/usr/bin/env bash
# Runs the app with moto as a second AWS: its functions on moto's S3 and DynamoDB, its state machine on moto's
# interpreter of the States Language. The suites start moto on a free port, and stop it.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PWD/node_modules/.bin:$PATH"
. test/parity/install.sh
# The last line, "N passed, N failed", is the counts reporter's.
vitest run --config test/moto/vitest.config.ts "$@"
