#!/usr/bin/env bash
# What a write, a read, a restart and an idle follower cost while one thing grows at a time; see docs/performance.md.
set -euo pipefail
module=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

jar=$module/target/benchmarks.jar
[ -f "$jar" ] || { echo "there is no $jar: mvn -q -pl benchmarks -am package -DskipTests" >&2; exit 1; }
exec java -Xmx256m -Dbenchmarks.module="$module" -cp "$module/target/classes" io.raftboot.benchmarks.compare.Growth "$@"
