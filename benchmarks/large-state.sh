#!/usr/bin/env bash
# A state of 1 GB: a snapshot of it is taken and a fresh server installs it, while one value after the other is written.
# Usage: large-state.sh [values] [bytes per value]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

values=${1:-1000000}
bytes=${2:-1000}
heap=$((values * (bytes + 40) / 1048576 + 512))
base=18100
directory=$(mktemp -d)
declare -A pids
trap 'kill "${pids[@]}" 2>/dev/null; wait || true; rm -rf "$directory"' EXIT

start() {
    local id=$1
    java -Xmx${heap}m -jar target/benchmarks.jar --server.address=127.0.0.1 --server.port=$((base + ${id#n})) \
        --raft.node-id="$id" --raft.data-dir="$directory/$id" --raft.admin.token=benchmark-token \
        --raft.peers.n1=http://127.0.0.1:$((base + 1)) --raft.peers.n2=http://127.0.0.1:$((base + 2)) \
        --raft.peers.n3=http://127.0.0.1:$((base + 3)) --raft.snapshot.entries="${SNAPSHOT_ENTRIES:-100000}" \
        --raft.snapshot.log-size="${SNAPSHOT_LOG_SIZE:-64MB}" \
        --management.endpoint.health.show-details=always >>"$directory/$id.log" 2>&1 &
    pids[$id]=$!
}
call() { curl -sf -H 'Authorization: Bearer benchmark-token' -X "$1" "http://127.0.0.1:$((base + ${2#n}))$3"; }
status() { call GET "$1" /raft/admin/status; }
number() { sed -E "s/.*\"$2\":\"?([^,\"]+)\"?[,}].*/\1/" <<<"$1"; }
await() {
    for _ in $(seq 1200); do
        if "$@" >/dev/null 2>&1; then return; fi
        sleep 0.1
    done
    echo "not within two minutes: $*" >&2
    exit 1
}
is_up() { call GET "$1" /actuator/health/readiness; }
peak() { awk '/VmHWM/ {print int($2 / 1024)}' "/proc/${pids[$1]}/status"; }
seconds() { date +%s.%N; }

start n1
start n2
await is_up n1
leader=$(number "$(status n1)" leaderId)
echo "heap ${heap} MB each; $leader leads"
echo "load: $(call POST "$leader" "/flood?count=$values&bytes=$bytes&window=256")"
term=$(number "$(status "$leader")" term)

call POST "$leader" "/trickle?seconds=30&intervalMillis=10&bytes=$bytes" >"$directory/taking" &
trickle=$!
begun=$(seconds)
echo "snapshot: $(call POST "$leader" /raft/admin/snapshots)"
echo "taken after $(bc <<<"$(seconds) - $begun") s"
wait $trickle
echo "meanwhile: $(cat "$directory/taking")"

call POST "$leader" "/trickle?seconds=60&intervalMillis=10&bytes=$bytes" >"$directory/installing" &
trickle=$!
begun=$(seconds)
start n3
await is_up n3
echo "n3 has it $(bc <<<"$(seconds) - $begun") s after its process was started"
wait $trickle
echo "meanwhile: $(cat "$directory/installing")"

end=$(number "$(status "$leader")" term)
echo "term before $term, after $end; peak resident MB: n1 $(peak n1), n2 $(peak n2), n3 $(peak n3)"
echo "on disk, MB: $(du -sm "$directory"/n? | tr '\n\t' '  ')"
