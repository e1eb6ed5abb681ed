#!/usr/bin/env bash
# Throughput, failover, restart, memory and disk of three servers, and of other systems beside them; see docs/performance.md.
set -euo pipefail
module=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

for jar in "$module/target/benchmarks.jar" "$module/../sample-app/target/sample-app.jar"; do
    [ -f "$jar" ] || { echo "there is no $jar: mvn -q -pl benchmarks,sample-app -am package -DskipTests" >&2; exit 1; }
done
exec java -Xmx256m -Dbenchmarks.module="$module" -cp "$module/target/classes" io.raftboot.benchmarks.compare.Compare "$@"
