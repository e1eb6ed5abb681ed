#!/usr/bin/env bash
# A state of 1 GB: a snapshot of it is taken and a fresh server installs it, while one value after the other is written.
# Usage: large-state.sh [values] [bytes per value]
source "$(dirname "${BASH_SOURCE[0]}")/cluster.sh"

values=${1:-1000000}
bytes=${2:-1000}
heap=$((values * (bytes + 40) / 1048576 + 512))
start n1 $heap
start n2 $heap
await is_up n1
leader=$(number "$(status n1)" leaderId)
echo "heap ${heap} MB each; $leader leads"
echo "load: $(call POST "$leader" "/flood?count=$values&bytes=$bytes&window=256")"
term=$(number "$(status "$leader")" term)

call POST "$leader" "/trickle?seconds=30&intervalMillis=10&bytes=$bytes" >"$directory/taking" &
trickle=$!
begun=$(now)
echo "snapshot: $(call POST "$leader" /raft/admin/snapshots)"
echo "taken after $(since "$begun") s"
wait $trickle
echo "meanwhile: $(cat "$directory/taking")"

call POST "$leader" "/trickle?seconds=60&intervalMillis=10&bytes=$bytes" >"$directory/installing" &
trickle=$!
begun=$(now)
start n3 $heap
await is_up n3
echo "n3 has it $(since "$begun") s after its process was started"
wait $trickle
echo "meanwhile: $(cat "$directory/installing")"

end=$(number "$(status "$leader")" term)
echo "term before $term, after $end; peak resident MB: n1 $(peak n1), n2 $(peak n2), n3 $(peak n3)"
echo "on disk, MB: $(du -sm "$directory"/n? | tr '\n\t' '  ')"
