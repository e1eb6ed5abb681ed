#!/usr/bin/env bash
# Runs a cluster of the sample on this machine until Ctrl-C; see usage below. Needs bash, java and curl, and mvn if the sample is
# not built yet.
set -euo pipefail

readonly SECRET=0123456789abcdef ADMIN_TOKEN=admin-token
readonly MAX_NODES=15
# Small, and soon fast: with the optimising compiler as well, JVMs that share a small machine compile for minutes. For servers that are
# to be fast after that, with cores of their own: JAVA_OPTS='-Xmx2g -XX:+UseParallelGC'; see docs/performance.md.
readonly JAVA_DEFAULTS='-Xmx128m -Xms32m -XX:+UseSerialGC -XX:MaxNewSize=24m -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=20 -XX:TieredStopAtLevel=1 -XX:+ExitOnOutOfMemoryError'
readonly ELECTION_SECONDS=120 STOP_SECONDS=30

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
jar=$root/sample-app/target/sample-app.jar
nodes=3
base_port=8081
data=$root/data/cluster
fresh=false
add=false
first=1 # the number of the first server this script starts
pids=() # of n1, n2, …; empty once a node has ended

usage() {
    cat <<END
usage: config/run-cluster.sh [--nodes N] [--base-port P] [--data DIR] [--fresh]
       config/run-cluster.sh --add [--base-port P] [--data DIR]

Runs N servers of the sample on 127.0.0.1 until Ctrl-C, and builds the sample before if it is not built. With --add, in another
terminal, one more server joins the cluster that runs there, and is stopped with Ctrl-C; it stays a member.

  --nodes N       how many servers, 1 to $MAX_NODES (default 3)
  --base-port P   the port of the first one; the others take the next ones (default 8081)
  --data DIR      where the data and the logs go (default data/cluster in the repository)
  --fresh         delete the servers' data in DIR first, and begin with an empty cluster
  --add           start one more server, on the next free port, and add it to the running cluster
  --help          show this

JAVA_OPTS holds the options of every server's JVM. Default:
  $JAVA_DEFAULTS
END
}

misuse() {
    echo "run-cluster.sh: $1" >&2
    usage >&2
    exit 2
}

fail() {
    echo "run-cluster.sh: $1" >&2
    exit 1
}

# A number without leading zeros, so that the shell does not take it for octal.
require_number() { # option value min max
    [[ $2 =~ ^[1-9][0-9]{0,4}$ ]] && (($2 >= $3 && $2 <= $4)) || misuse "$1 takes a number from $3 to $4, not '$2'"
}

parse_options() {
    while (($# > 0)); do
        case $1 in
            --help | -h)
                usage
                exit 0
                ;;
            --fresh)
                fresh=true
                shift
                ;;
            --add)
                add=true
                shift
                ;;
            --nodes | --base-port | --data)
                (($# > 1)) && [[ -n $2 ]] || misuse "$1 needs a value"
                case $1 in
                    --nodes) nodes=$2 ;;
                    --base-port) base_port=$2 ;;
                    --data) data=$2 ;;
                esac
                shift 2
                ;;
            *) misuse "unknown option '$1'" ;;
        esac
    done
    require_number --nodes "$nodes" 1 $MAX_NODES
    require_number --base-port "$base_port" 1 $((65536 - nodes))
    if $add && $fresh; then misuse "--add and --fresh exclude each other"; fi
}

port_of() { echo $((base_port + $1 - 1)); }

url_of() { echo "http://127.0.0.1:$(port_of "$1")"; }

find_java() {
    java=${JAVA_HOME:+$JAVA_HOME/bin/}java
    command -v "$java" >/dev/null || fail "there is no java; install version 17 or later, or set JAVA_HOME"
    command -v curl >/dev/null || fail "there is no curl"
}

is_listening() { (exec 3<>"/dev/tcp/127.0.0.1/$(port_of "$1")") 2>/dev/null; }

check_ports() {
    local i
    for ((i = 1; i <= nodes; i++)); do
        if is_listening "$i"; then
            fail "port $(port_of "$i") is in use; stop what listens there, or choose others with --base-port"
        fi
    done
}

build() {
    if [[ ! -f $jar ]]; then
        echo "Building the sample…"
        command -v mvn >/dev/null || fail "there is no mvn to build $jar with"
        (cd "$root" && mvn -q -Dmaven.test.skip=true package -pl sample-app -am) || fail "the build failed"
    fi
}

# With an archive of its classes a server starts in half the time; see docs/performance.md, "A restart". Servers may run from one that
# is there already, so each build, each java and each set of options have their own.
archive_classes() {
    classes=$root/sample-app/target/classes-$({ "$java" -version 2>&1; echo "${JAVA_OPTS-$JAVA_DEFAULTS}"; cat "$jar"; } | cksum | cut -d' ' -f1).jsa
    if [[ ! -f $classes ]]; then
        # shellcheck disable=SC2086
        "$java" ${JAVA_OPTS-$JAVA_DEFAULTS} -XX:ArchiveClassesAtExit="$classes" -Dspring.context.exit=onRefresh -jar "$jar" \
            --raft.data-dir="$root/sample-app/target/archiving" >/dev/null 2>&1 || fail "the classes of $jar cannot be archived"
    fi
}

prepare_data() {
    mkdir -p "$data" || fail "the directory '$data' cannot be made"
    data=$(cd "$data" && pwd)
    if $fresh; then
        local name
        for name in "$data"/n*; do
            if [[ ${name##*/} =~ ^n[0-9]+(\.log)?$ ]]; then
                rm -rf -- "$name"
            fi
        done
    fi
}

start_node() { # number
    local i=$1 peer
    local arguments=(-XX:SharedArchiveFile="$classes" -jar "$jar" --server.address=127.0.0.1 "--server.port=$(port_of "$i")"
        "--raft.node-id=n$i" "--raft.data-dir=$data/n$i"
        "--raft.security.secret=$SECRET" "--raft.admin.token=$ADMIN_TOKEN")
    if $add; then
        arguments+=(--raft.join=true)
    else
        for ((peer = 1; peer <= nodes; peer++)); do
            arguments+=("--raft.peers.n$peer=$(url_of "$peer")")
        done
    fi
    # JAVA_OPTS is a list of words.
    # shellcheck disable=SC2086
    "$java" ${JAVA_OPTS-$JAVA_DEFAULTS} "${arguments[@]}" >"$data/n$i.log" 2>&1 </dev/null &
    pids[i]=$!
    disown "${pids[i]}" # bash itself is to say nothing when it ends
    echo "n$i  $(url_of "$i")  pid ${pids[i]}  log $data/n$i.log"
}

is_running() { [[ -n ${pids[$1]:-} ]] && kill -0 "${pids[$1]}" 2>/dev/null; }

# A sleep that a signal ends at once.
pause() {
    sleep 1 &
    wait $! || true
}

# The leader says itself that it leads: what others say may be old.
leads() { # number
    curl -s --noproxy '*' --max-time 2 -H "Authorization: Bearer $ADMIN_TOKEN" "$(url_of "$1")/raft/admin/status" |
        grep -Eq '"role" *: *"LEADER"'
}

await_leader() {
    local deadline=$((SECONDS + ELECTION_SECONDS)) i
    while ((SECONDS < deadline)); do
        for ((i = 1; i <= nodes; i++)); do
            if ! is_running "$i"; then
                echo "n$i ended; the end of $data/n$i.log:" >&2
                tail -n 25 "$data/n$i.log" >&2
                fail "n$i did not start"
            fi
            if leads "$i"; then
                echo "n$i leads. Try: curl -X PUT -d hello $(url_of 1)/kv/greeting; curl $(url_of "$nodes")/kv/greeting"
                return
            fi
        done
        pause
    done
    fail "no leader after $ELECTION_SECONDS s; see the logs in $data. Data of a cluster with other ports or nodes? --fresh deletes it"
}

run_until_stopped() {
    local i left=$((nodes - first + 1)) all=$((nodes - first + 1))
    echo "Ctrl-C stops $1."
    while ((left > 0)); do
        pause
        for ((i = first; i <= nodes; i++)); do
            if [[ -n ${pids[i]} ]] && ! is_running "$i"; then
                pids[i]=
                left=$((left - 1))
                echo "n$i has ended; $left of $all are left"
            fi
        done
    done
    fail "every node has ended; see the logs in $data"
}

admin() { # method path [body]
    curl -s --noproxy '*' --max-time 60 -X "$1" -H "Authorization: Bearer $ADMIN_TOKEN" -H 'Content-Type: application/json' \
        ${3:+-d "$3"} -w '\n%{http_code}' "$(url_of 1)/raft/admin$2"
}

# The new server waits for the leader, which is asked through n1 to add it.
join_cluster() { # number
    local i=$1 deadline=$((SECONDS + ELECTION_SECONDS)) answer
    until is_listening "$i"; do
        is_running "$i" || { tail -n 25 "$data/n$i.log" >&2; fail "n$i did not start"; }
        ((SECONDS < deadline)) || fail "n$i does not listen after $ELECTION_SECONDS s; see $data/n$i.log"
        pause
    done
    while ((SECONDS < deadline)); do
        answer=$(admin POST /members "{\"id\":\"n$i\",\"url\":\"$(url_of "$i")\",\"role\":\"VOTER\"}") || true
        if [[ ${answer##*$'\n'} == 200 ]]; then break; fi
        pause
    done
    [[ ${answer##*$'\n'} == 200 ]] || fail "the cluster does not add n$i: $answer"
    echo "n$i is added as a learner, and becomes a voter when it has caught up"
    while ((SECONDS < deadline)); do
        if admin GET /members | grep -Eq "\"id\":\"n$i\",\"url\":\"[^\"]*\",\"role\":\"VOTER\""; then
            echo "n$i votes. Take it out again: curl -X DELETE -H 'Authorization: Bearer $ADMIN_TOKEN' $(url_of 1)/raft/admin/members/n$i"
            return
        fi
        pause
    done
    fail "n$i is a learner still; see the lag in $(url_of 1)/raft/admin/members"
}

add_node() {
    is_listening 1 || fail "there is no cluster on port $base_port; start one with config/run-cluster.sh"
    for ((first = 2; first <= MAX_NODES; first++)); do
        if ! is_listening "$first"; then break; fi
    done
    ((first <= MAX_NODES)) || fail "$MAX_NODES servers are enough"
    nodes=$first
    build
    archive_classes
    prepare_data
    trap stop_nodes EXIT
    trap interrupted INT TERM HUP
    start_node "$first"
    join_cluster "$first"
    run_until_stopped "n$first"
}

# Exactly what was started here, gently first.
stop_nodes() {
    trap '' INT TERM HUP
    local i deadline=$((SECONDS + STOP_SECONDS)) waiting=true
    for ((i = first; i <= nodes; i++)); do
        if is_running "$i"; then kill -TERM "${pids[i]}" 2>/dev/null || true; fi
    done
    while $waiting && ((SECONDS < deadline)); do
        waiting=false
        for ((i = first; i <= nodes; i++)); do
            if is_running "$i"; then waiting=true; fi
        done
        if $waiting; then sleep 1; fi
    done
    for ((i = first; i <= nodes; i++)); do
        if is_running "$i"; then
            echo "n$i does not stop within $STOP_SECONDS s and is killed" >&2
            kill -KILL "${pids[i]}" 2>/dev/null || true
        fi
    done
}

interrupted() {
    echo
    echo "Stopping…"
    exit 0
}

main() {
    parse_options "$@"
    find_java
    if $add; then
        add_node
    fi
    check_ports
    build
    archive_classes
    prepare_data
    trap stop_nodes EXIT
    trap interrupted INT TERM HUP
    local i
    for ((i = 1; i <= nodes; i++)); do
        start_node "$i"
    done
    await_leader
    run_until_stopped "the cluster"
}

main "$@"
