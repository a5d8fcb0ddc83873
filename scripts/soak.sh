#!/bin/bash
# Deploys again and again to one node, and shows whether memory, threads, descriptors and disk of
# server and agent stay as they are. Every other commit restarts the worker.
# usage: scripts/soak.sh [SECONDS [PAUSE]]
#            from the repository's root, after ./pullcord build; by default for 600 s with a pause
#            of 2 s between deploys. PULLCORD_BIN is where the programs are, if not in build/bin
# Ends with 1 when the median of the last third is over that of the second by more than a tenth.
set -euo pipefail
duration=${1:-600} pause=${2:-2}
bin=$(CDPATH= cd -- "${PULLCORD_BIN:-build/bin}" && pwd)
. "$(dirname "${BASH_SOURCE[0]}")/one-server.sh"
PULLCORD_JOIN_TOKEN=$(value "$("$bin/pullcord" invite -o json)" token) \
  "$bin/pullcord-agent" join "https://localhost:$((port + 1))" --name soak --state "$work/agent"
printf 'as-root: true\nkeep-for: 1m\n' >"$work/agent.yaml"
"$bin/pullcord-agent" run --config "$work/agent.yaml" --state "$work/agent" \
  >"$work/agent.log" 2>&1 &
agent=$!
cd "$work"
"$bin/pullcord" clone
cd fleet
git config user.name Ada
git config user.email ada@example.org
mkdir search
seq 500 | while read -r i; do echo "pattern $i" >"search/$i"; done
cat >pullcord.yaml <<'MANIFEST'
version: 1
bundles: {search: {paths: [search/], on-change: nothing}, tasks: {paths: [task]}}
workers: {w: {kind: process, run: [sh, task]}}
MANIFEST

# A line a look: what grows, for each of the two. In MB, but for threads and descriptors.
look() {
  printf '%s' "$SECONDS"
  for one in "$server $work/server" "$agent $work/agent"; do
    set -- $one
    awk '/^VmRSS:/ { rss = $2 } /^Threads:/ { printf " %d %d", rss / 1024, $2 }' "/proc/$1/status"
    printf ' %s %s' "$(find "/proc/$1/fd" -mindepth 1 2>/dev/null | wc -l)" \
      "$(du -sm "$2" 2>/dev/null | cut -f1)"
  done
  echo
}

echo "seconds; server: resident threads descriptors disk; agent: the same"
SECONDS=0 pushed=0 shown=-30
while [ "$SECONDS" -lt "$duration" ]; do
  pushed=$((pushed + 1))
  echo "pattern $pushed" >search/1
  if [ $((pushed % 2)) = 0 ]; then
    printf 'echo %s\ntrap "exit 0" TERM\nsleep 100000 & wait $!\n' "$pushed" >task
  elif [ ! -e task ]; then
    printf 'sleep 100000\n' >task
  fi
  git add --all
  git commit -qm "$pushed"
  git push -q -o nowait origin HEAD:main 2>/dev/null
  if [ $((SECONDS - shown)) -ge 15 ]; then
    shown=$SECONDS
    look | tee -a "$work/looks"
  fi
  sleep "$pause"
done
echo "pushes: $pushed; deaths and errors in the logs: $(grep -cE ' ERROR ' "$work"/*.log |
  paste -sd' ')"
awk '{ for (i = 2; i <= NF; i++) at[NR, i] = $i; fields = NF }
  function median(from, to, i,  n, j, k, v, t) {
    n = 0
    for (j = from; j <= to; j++) v[++n] = at[j, i]
    for (j = 1; j <= n; j++) for (k = j + 1; k <= n; k++) if (v[k] < v[j]) {
      t = v[j]; v[j] = v[k]; v[k] = t
    }
    return v[int((n + 1) / 2)]
  }
  END {
    third = int(NR / 3)
    split("resident threads descriptors disk", name, " ")
    for (i = 2; i <= fields; i++) {
      before = median(third + 1, 2 * third, i); after = median(2 * third + 1, NR, i)
      grew = after > before * 1.1 + 1
      printf "%s %s: %d, then %d%s\n", i < 6 ? "server" : "agent", name[(i - 2) % 4 + 1], before,
        after, grew ? " GROWS" : ""
      bad = bad || grew
    }
    exit bad
  }' "$work/looks"
