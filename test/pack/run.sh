#!/usr/bin/env bash
# Packs the command as npm would publish it, installs the package in an empty folder far from this checkout, and runs
# it there as its user would. Needs npm's registry for the dependencies. Ends with a line "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")/../.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
log=$scratch/check.log
passed=0 failed=0

check() { # check PROMISE COMMAND...
  local promise=$1
  shift
  if "$@" >"$log" 2>&1; then
    passed=$((passed + 1)) && echo "ok      $promise"
  else
    failed=$((failed + 1)) && echo "FAILED  $promise" && tail -n 40 "$log"
  fi
}
pack() { npm pack --silent --pack-destination "$scratch" && mv "$scratch"/cloudtune-*.tgz "$scratch/cloudtune.tgz"; }
install() { npm install --no-audit --no-fund --prefer-offline "$scratch/cloudtune.tgz"; }
# --no: the one that is installed here, never one that npx would fetch.
cloudtune() { npx --no -- cloudtune "$@"; }
no_paths() { ! grep -rlF "$checkout" node_modules/cloudtune; }
same_version() { [ "$(cloudtune --version)" = "$(node -p 'require("./node_modules/cloudtune/package.json").version')" ]; }
lasting() { # a reader that takes one line and leaves is no failure
  # Not by npx: what npm has to say about the machine's own settings is not the command's.
  node_modules/.bin/cloudtune --help 2>"$scratch/said" | head -n 1
  local status=("${PIPESTATUS[@]}")
  cat "$scratch/said"
  [ "${status[0]}" -eq 0 ] && [ ! -s "$scratch/said" ]
}
forecasts() {
  cloudtune forecast node_modules/cloudtune/examples/tetouan-zone1-power.csv.gz --time-zone Africa/Casablanca \
    --country MA --horizon 7d --output forecast.csv --summary forecast.json &&
    [ "$(wc -l <forecast.csv)" -eq 1009 ] && [ "$(head -n 1 forecast.csv)" = timestamp,mean,q0.1,q0.5,q0.9 ] &&
    ! grep -q NaN forecast.csv && node -e 'JSON.parse(fs.readFileSync("forecast.json"))'
}
refuses() {
  echo 'not,a,history' >odd.csv
  cloudtune forecast odd.csv --horizon 7d --output odd-forecast.csv
  [ $? -eq 2 ] && [ ! -e odd-forecast.csv ]
}
runs_all() {
  cloudtune up --once --json >up.json &&
    node -e '
      const { series } = JSON.parse(fs.readFileSync("up.json"));
      const odd = series.filter(({ forecast }) => forecast?.status !== "ok");
      console.log(series.length, "series, not ok:", odd.map(({ seriesId }) => seriesId));
      process.exitCode = series.length >= 13 && odd.length === 0 ? 0 : 1;'
}

checkout=$PWD
check 'npm pack makes the package' pack
# Nothing of the checkout may help: neither its folder nor its commands.
PATH=$(tr ':' '\n' <<<"$PATH" | grep -vF "$checkout" | paste -sd :)
mkdir "$scratch/empty" && cd "$scratch/empty" && npm init -y >"$log"
check 'it installs in an empty folder' install
check 'it names no path of the machine that packed it' no_paths
check 'the command tells its version' same_version
check 'a reader that leaves early ends it quietly' lasting
check 'it forecasts a file' forecasts
check 'it refuses a file that is no history with exit code 2, and writes nothing' refuses
check 'up --once forecasts every example' runs_all

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
