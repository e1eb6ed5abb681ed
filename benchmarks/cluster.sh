# Three servers of the benchmark on loopback; sourced by the scripts beside it.
# shellcheck shell=bash
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

base=18100
jar=target/benchmarks.jar
java_options=()
directory=$(mktemp -d)
declare -A pids
trap 'kill "${pids[@]}" 2>/dev/null; wait || true; rm -rf "$directory"' EXIT

# start ID HEAP_MB [OPTION...]
start() {
    local id=$1 heap=$2
    shift 2
    java "${java_options[@]}" -Xmx"${heap}"m -jar "$jar" --server.address=127.0.0.1 --server.port=$((base + ${id#n})) \
        --raft.node-id="$id" --raft.data-dir="$directory/$id" --raft.admin.token=benchmark-token \
        --raft.peers.n1=http://127.0.0.1:$((base + 1)) --raft.peers.n2=http://127.0.0.1:$((base + 2)) \
        --raft.peers.n3=http://127.0.0.1:$((base + 3)) "$@" >>"$directory/$id.log" 2>&1 &
    pids[$id]=$!
}

# call METHOD ID PATH
call() { curl -sf -H 'Authorization: Bearer benchmark-token' -X "$1" "http://127.0.0.1:$((base + ${2#n}))$3"; }

status() { call GET "$1" /raft/admin/status; }

# number JSON FIELD
number() { sed -E "s/.*\"$2\":\"?([^,\"]+)\"?[,}].*/\1/" <<<"$1"; }

is_up() { call GET "$1" /actuator/health/readiness; }

# Until a command succeeds; two minutes at most.
await() {
    for _ in $(seq 2400); do
        if "$@" >/dev/null 2>&1; then return; fi
        sleep 0.05
    done
    echo "not within two minutes: $*" >&2
    exit 1
}

# The most memory a server has had, in MB.
peak() { awk '/VmHWM/ {print int($2 / 1024)}' "/proc/${pids[$1]}/status"; }

now() { date +%s.%N; }

# since SECONDS
since() { bc <<<"$(now) - $1"; }
