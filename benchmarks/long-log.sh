#!/usr/bin/env bash
# Ten million entries with the default settings: what the process holds of memory and disk on the way.
# Usage: long-log.sh [entries] [bytes per value]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

entries=${1:-10000000}
bytes=${2:-16}
steps=20
port=18091
directory=$(mktemp -d)
java ${JAVA_OPTIONS:--Xmx512m} -jar target/benchmarks.jar --server.address=127.0.0.1 --server.port=$port \
    --raft.node-id=n1 --raft.data-dir="$directory/n1" >"$directory/n1.log" 2>&1 &
pid=$!
trap 'kill $pid; wait $pid || true; rm -rf "$directory"' EXIT

for _ in $(seq 120); do
    curl -sf "http://127.0.0.1:$port/actuator/health" >/dev/null && break
    sleep 0.5
done

echo "entries written | writes/s | slowest write, ms | resident MB | data directory MB"
for step in $(seq $steps); do
    answer=$(curl -sf -X POST "http://127.0.0.1:$port/flood?count=$((entries / steps))&bytes=$bytes&window=1024")
    rate=$(sed -E 's/.*"writesPerSecond":([0-9]+).*/\1/' <<<"$answer")
    longest=$(sed -E 's/.*"longestMillis":([0-9]+).*/\1/' <<<"$answer")
    resident=$(awk '/VmRSS/ {print int($2 / 1024)}' /proc/$pid/status)
    disk=$(du -sm "$directory/n1" | cut -f1)
    echo "$((entries / steps * step)) | $rate | $longest | $resident | $disk"
done
