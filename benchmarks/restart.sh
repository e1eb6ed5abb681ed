#!/usr/bin/env bash
# How long a follower that was killed takes to follow again, with so many entries in its log and no snapshot.
# Usage: restart.sh [entries] [bytes per value]
source "$(dirname "${BASH_SOURCE[0]}")/cluster.sh"

entries=${1:-100000}
bytes=${2:-100}
no_snapshots=(--raft.snapshot.entries=100000000 --raft.snapshot.log-size=8GB)

follows() { [ "$(number "$(status "$1")" lastApplied)" -ge "$entries" ] && is_up "$1"; }

for id in n1 n2 n3; do start $id 512 "${no_snapshots[@]}"; done
await is_up n1
leader=$(number "$(status n1)" leaderId)
echo "load: $(call POST "$leader" "/flood?count=$entries&bytes=$bytes&window=256")"
follower=n1
[ "$leader" = n1 ] && follower=n2

for _ in 1 2 3; do
    kill -9 "${pids[$follower]}"
    wait "${pids[$follower]}" 2>/dev/null || true
    begun=$(now)
    start $follower 512 "${no_snapshots[@]}"
    await follows $follower
    echo "$follower follows with $entries entries $(since "$begun") s after its process was started:" \
        "$(grep -o 'Started BenchmarkServer in [0-9.]* seconds' "$directory/$follower.log" | tail -1)"
done
