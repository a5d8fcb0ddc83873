#!/bin/sh
# The end of ./pullcord test: which tests could not run for want of a tool, and one line of counts.
# usage: scripts/test-summary.sh SECONDS   (from the repository's root)
set -eu

# A test that lacks a tool leaves a line here: tool, how to get it, test.
if [ -s build/missing-tools ]; then
  echo "could not run for want of a tool:"
  LC_ALL=C sort -u build/missing-tools | awk -F '\t' '
    $1 != tool { tool = $1; printf "  %s (%s)\n", $1, $2 }
    { printf "    %s\n", $3 }'
fi

# What surefire wrote since the tests began. Its attributes may come in any order.
find ./*/target/surefire-reports -name 'TEST-*.xml' -newer build/tests-began 2>/dev/null |
  LC_ALL=C sort | xargs -r grep -h -o '<testsuite [^>]*>' |
  awk -v took="$1" '
    function attribute(name) {
      if (match($0, " " name "=\"[0-9]+\"") == 0) return 0
      return substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) + 0
    }
    {
      tests += attribute("tests"); skipped += attribute("skipped")
      failed += attribute("failures") + attribute("errors"); classes++
    }
    END {
      printf "pullcord test: %d tests in %d classes: ", tests, classes
      printf "%d passed, %d failed, %d not run; ", tests - failed - skipped, failed, skipped
      printf "%d min %d s\n", took / 60, took % 60
    }'
