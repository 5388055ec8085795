#!/usr/bin/env bash
# Synthesizes the app as `npm run synth` does, with CDK's validation and cdk-nag on, for a configuration of two
# regions; and makes sure that both would have found something. Ends with a line "N passed, N failed". No network.
set -uo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PWD/node_modules/.bin:$PATH" CDK_DISABLE_CLI_TELEMETRY=true
unset CDK_VALIDATION CLOUDTUNE_CONFIG
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
passed=0 failed=0

check() { # check PROMISE COMMAND...
  local promise=$1
  shift
  if "$@" >"$scratch/check.log" 2>&1; then
    passed=$((passed + 1)) && echo "ok      $promise"
  else
    failed=$((failed + 1)) && echo "FAILED  $promise" && tail -n 40 "$scratch/check.log" "$scratch/synth.log"
  fi
}
synth() { npx cdk synth --strict --quiet --output "$scratch/$1" "${@:2}" >"$scratch/synth.log" 2>&1; }
silent() { ! grep -iE 'warning|error' "$scratch/synth.log"; }
refused() { # refused RULE: the last synth failed, and named the rule
  [ "$status" -ne 0 ] && grep -q "$1" "$scratch/synth.log"
}
assembled() { # each region has a template with a state machine, the calendar has one, and all nine functions have a bundle
  [ "$(ls "$scratch"/out/synth-*.template.json | wc -l)" -eq 3 ] &&
    [ "$(grep -l AWS::StepFunctions::StateMachine "$scratch"/out/*.template.json | wc -l)" -eq 2 ] &&
    [ "$(find "$scratch/out" -name index.cjs | wc -l)" -eq 9 ]
}

synth out -c config=test/synth/two-regions.json
status=$?
check 'two regions synthesize under validation and cdk-nag' [ "$status" -eq 0 ]
check 'without a warning' silent
check 'with a template a region, one for the calendar, and a bundle a function' assembled

synth refused-nag --app 'node test/synth/unacknowledged.ts' -c fault=nag
status=$?
check 'cdk-nag refuses a bucket without access logs' refused AwsSolutions-S1

synth refused-cdk --app 'node test/synth/unacknowledged.ts' -c fault=type
status=$?
check 'CDK’s validation refuses a word for a number' refused DelaySeconds

CLOUDTUNE_CONFIG=test/synth/no-such.json synth refused-config
status=$?
check 'a configuration that is not there is named' refused test/synth/no-such.json

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
