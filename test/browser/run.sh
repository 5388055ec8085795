#!/usr/bin/env bash
# The page in a real browser, against a real `cloudtune up` with the examples. Needs Chromium: takes the one that is
# there, else installs Debian's package. Ends with a line "N passed, N failed".
set -euo pipefail
cd "$(dirname "$0")/../.."

find_chromium() {
  for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
    if [ -n "$name" ] && command -v "$name"; then return; fi
  done
  return 1
}

if ! chromium=$(find_chromium); then
  if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
    echo "No Chromium found, and no right to install it: install Debian's package chromium, or name one in CHROMIUM." >&2
    exit 1
  fi
  echo "Installing Debian's package chromium" >&2
  apt-get update -qq >&2
  apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null
  chromium=$(find_chromium)
fi

CHROMIUM="$chromium" exec node_modules/.bin/node node_modules/vitest/vitest.mjs run --config test/browser/vitest.config.ts
