#!/usr/bin/env bash
# What the parts cost by themselves: JMH. Usage: leaves.sh [options of JMH, as in: -f 1 -wi 3 -i 5 -w 1 -r 1 Persist]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

[ -f target/benchmarks.jar ] || { echo "there is no target/benchmarks.jar: mvn -q -pl benchmarks -am package -DskipTests" >&2; exit 1; }
libraries=$(mktemp -d)
trap 'rm -rf "$libraries"' EXIT
java -Djarmode=tools -jar target/benchmarks.jar extract --destination "$libraries" >/dev/null
# What persists leaves its files here, on the disk that is measured, and not in /tmp, which may be memory.
(cd target && java -cp "classes:$libraries/lib/*" org.openjdk.jmh.Main "$@")
