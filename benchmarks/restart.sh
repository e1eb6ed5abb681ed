#!/usr/bin/env bash
# How long a follower that was killed takes to follow again, with so many entries in its log behind its snapshot, and how much of that
# is the log's share: to open, read and verify it, and to apply what is in it.
# Usage: restart.sh [entries] [bytes per value]
source "$(dirname "${BASH_SOURCE[0]}")/cluster.sh"

entries=${1:-100000}
bytes=${2:-100}
before_snapshot=10000
no_snapshots=(--raft.snapshot.entries=100000000 --raft.snapshot.log-size=8GB)

follows() { [ "$(number "$(status "$1")" lastApplied)" -ge $((before_snapshot + entries)) ] && is_up "$1"; }

# When a server last wrote a line that begins so.
at() { date -d "$(grep -F ": $2" "$directory/$1.log" | tail -1 | cut -d' ' -f1)" +%s.%N; }

for id in n1 n2 n3; do start $id 512 "${no_snapshots[@]}"; done
await is_up n1
leader=$(number "$(status n1)" leaderId)
follower=n1
[ "$leader" = n1 ] && follower=n2
call POST "$leader" "/flood?count=$before_snapshot&bytes=$bytes&window=256" >/dev/null
echo "snapshot: $(call POST $follower /raft/admin/snapshots)"
echo "load: $(call POST "$leader" "/flood?count=$entries&bytes=$bytes&window=256")"

restart() {
    kill -9 "${pids[$follower]}"
    wait "${pids[$follower]}" 2>/dev/null || true
    begun=$(now)
    start $follower 512 "${no_snapshots[@]}"
    await follows $follower
    follows=$(now)
    listens=$(at $follower 'Tomcat started')
    takes_part=$(at $follower 'Started BenchmarkServer')
    bc <<<"$follows - $begun; $listens - $begun; $takes_part - $listens; $follows - $takes_part" | paste -sd'|' | sed 's/|/ | /g'
}

echo "s from the start of the process until it follows | until its web server listens |" \
    "from then until the log is read and it takes part | from then until all is applied"
echo "java -jar:"
for _ in 1 2 3; do restart; done

java -Djarmode=tools -jar $jar extract --destination "$directory/extracted" >/dev/null
jar=$directory/extracted/benchmarks.jar
echo "unpacked:"
for _ in 1 2 3; do restart; done
java -XX:ArchiveClassesAtExit="$directory/classes.jsa" -Dspring.context.exit=onRefresh -jar "$jar" \
    --raft.data-dir="$directory/archiving" >/dev/null 2>&1
java_options=(-XX:SharedArchiveFile="$directory/classes.jsa")
echo "with an archive of the classes:"
for _ in 1 2 3; do restart; done
java_options+=(-XX:TieredStopAtLevel=1)
echo "with the archive, and the first compiler alone:"
for _ in 1 2 3; do restart; done
