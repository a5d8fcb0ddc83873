# Sourced by scripts that measure: a server on loopback in $work, with a command that is signed in.
# Needs $bin, the directory of the programs. Sets work, server, port; ends what $agent and $server
# name, and the workers of agents in $work, and removes $work, when the script ends.
work=$(mktemp -d)
agent= server=
end() {
  for pid in $agent $server; do kill "$pid" 2>/dev/null || true; done
  wait || true
  workers
  rm -rf "$work" 2>/dev/null || { chmod -R u+w "$work" && rm -rf "$work"; }
}
# A worker outlives its agent, which wrote its pid and start time down. It leads a session of its
# own: what it started goes with it.
workers() {
  for claim in "$work"/*/generations/*/started; do
    [ -s "$claim" ] || continue
    read -r pid start _ <"$claim"
    stat=$(sed 's/.*) //' "/proc/$pid/stat" 2>/dev/null | cut -d ' ' -f 20) || true
    [ "$stat" != "$start" ] || kill -KILL -- "-$pid" 2>/dev/null || true
  done
}
trap end EXIT
export HOME=$work
port=$((20000 + RANDOM % 10000))

# $1 JSON, $2 a key whose value is text
value() { echo "$1" | sed -n "s/.*\"$2\" *: *\"\([^\"]*\)\".*/\1/p"; }

made=$("$bin/pullcord-server" init --state "$work/server" -o json)
"$bin/pullcord-server" run --state "$work/server" --listen "127.0.0.1:$port" \
  --agents "127.0.0.1:$((port + 1))" >"$work/server.log" 2>&1 &
server=$!
for _ in {1..600}; do
  if grep -q ready "$work/server.log"; then break; fi
  sleep 0.1
done
value "$made" adminToken |
  "$bin/pullcord" login "https://localhost:$port" --fingerprint "$(value "$made" fingerprint)"
