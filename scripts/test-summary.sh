#!/bin/sh
# The end of ./pullcord test: what failed, what did not run and why, and one line of counts.
# Ends with 1 when a test failed or a test class did not run at all, so that a run which never
# reached a module is not taken for a green one.
# usage: scripts/test-summary.sh SECONDS   (from the repository's root; reads build/tests-began)
set -eu
LC_ALL=C
export LC_ALL
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A test that lacks a tool leaves a line here: tool, how to get it, test.
if [ -s build/missing-tools ]; then
  echo "could not run for want of a tool:"
  sort -u build/missing-tools | awk -F '\t' '
    $1 != tool { tool = $1; printf "  %s (%s)\n", $1, $2 }
    { printf "    %s\n", $3 }'
fi

# The reports that surefire wrote since the tests began, as "module report".
find ./*/target/surefire-reports -name 'TEST-*.xml' -newer build/tests-began 2>/dev/null |
  sort | sed 's|^\./\([^/]*\)/.*|\1 &|' >"$work/reports"

# The test classes that the sources have, as "module class".
find ./*/src/test/java -name '*Test.java' 2>/dev/null | sort |
  while IFS= read -r source; do
    grep -q '^\(public \)\?abstract class ' "$source" && continue
    module=${source#./}
    class=${source#*/src/test/java/}
    echo "${module%%/*} $(echo "${class%.java}" | tr / .)"
  done >"$work/classes"

# A class has run when it has a report of its own or one of a class nested in it.
sed 's|.*/TEST-\(.*\)\.xml$|\1|; s|\$.*||' "$work/reports" | sort -u >"$work/ran"
awk -v ran_file="$work/ran" '
  BEGIN { while ((getline class <ran_file) > 0) ran[class] = 1 }
  !($2 in ran)' "$work/classes" >"$work/not-run"

# "module tests failed skipped seconds ended" for each report. The attributes may come in any order.
while read -r module report; do
  ended=$(stat -c %Y "$report" 2>/dev/null || stat -f %m "$report") # GNU's, macOS's
  grep -h -o -m 1 '<testsuite [^>]*>' "$report" | awk -v module="$module" -v ended="$ended" '
    function attribute(name) {
      if (match($0, " " name "=\"[0-9.,]+\"") == 0) return 0
      value = substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4)
      gsub(",", "", value)
      return value + 0
    }
    {
      print module, attribute("tests"), attribute("failures") + attribute("errors"),
        attribute("skipped"), attribute("time"), ended
    }'
done <"$work/reports" >"$work/counts"

while read -r _ report; do
  grep -B 1 -E '^ *<(failure|error)( |>)' "$report" |
    sed -n 's/.*<testcase name="\([^"]*\)" classname="\([^"]*\)".*/  \2.\1/p'
done <"$work/reports" >"$work/failed"
if [ -s "$work/failed" ]; then
  echo "failed:"
  cat "$work/failed"
fi

# A module of which no class ran was not reached; of the others single classes are missing.
if [ -s "$work/not-run" ]; then
  echo "did not run at all:"
  awk -v reports="$work/reports" '
    BEGIN { while ((getline line <reports) > 0) { split(line, part, " "); reached[part[1]] = 1 } }
    $1 in reached { printf "  %s: its module stopped before it\n", $2; next }
    { left_out[$1]++ }
    END {
      for (module in left_out)
        printf "  %s, %d classes: the build ended before this module\n", module, left_out[module]
    }' "$work/not-run" | sort
fi

awk -v took="$1" -v not_run="$(grep -c . "$work/not-run" || true)" '
  {
    tests += $2; failed += $3; skipped += $4; classes++
    if (!($1 in seconds)) { order[++modules] = $1; first[$1] = $6 - $5; last[$1] = $6 }
    seconds[$1] += $5; of_module[$1] += $2
    if ($6 - $5 < first[$1]) first[$1] = $6 - $5
    if ($6 > last[$1]) last[$1] = $6
  }
  END {
    for (i = 1; i <= modules; i++) {
      module = order[i]
      printf "  %-16s %5d tests", module, of_module[module]
      printf " %6d s by the clock, %6d s in all\n", last[module] - first[module], seconds[module]
    }
    printf "pullcord test: %d tests in %d classes: ", tests, classes
    printf "%d passed, %d failed, %d not run", tests - failed - skipped, failed, skipped
    if (not_run > 0) printf ", and %d classes not reached", not_run
    printf "; %d min %d s\n", took / 60, took % 60
    exit failed > 0 || not_run > 0
  }' "$work/counts"
