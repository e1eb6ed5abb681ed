package io.raftboot.benchmarks.compare;

import static io.raftboot.benchmarks.compare.Options.MODULE;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is to grow, and how it is measured.
 *
 * @param sizes to which each thing grows
 * @param warmup of writes, before anything grows; half as long of reads
 * @param duration of each load
 * @param idle how long a follower is watched that has nothing to do
 * @param runs how often everything is repeated
 * @param bytes of a value
 * @param heap of a server, in MB
 * @param port of the first server; the others have those that follow
 * @param data where the servers keep their data, on the disk that is to be measured
 * @param results the file that rows are appended to; the chart goes beside it
 */
record GrowthOptions(
        Map<Thing, List<Integer>> sizes,
        Duration warmup,
        Duration duration,
        Duration idle,
        int runs,
        int bytes,
        int heap,
        int port,
        Path data,
        Path results) {

    static final String USAGE = """
            usage: benchmarks/growth.sh [--quick] [--entries N,...] [--keys N,...] [--request-ids N,...] [--members N,...] [--warmup S]
                                        [--duration S] [--idle S] [--runs N] [--bytes N] [--heap MB] [--port FIRST] [--data DIR]
                                        [--results FILE]
                   benchmarks/growth.sh --draw FILE       table and chart of a results file once more
            A list that is "none" leaves a thing out.
            """;

    private static final Set<String> NAMES = Set.of(
            "--entries",
            "--keys",
            "--request-ids",
            "--members",
            "--warmup",
            "--duration",
            "--idle",
            "--runs",
            "--bytes",
            "--heap",
            "--port",
            "--data",
            "--results");

    private static final GrowthOptions DEFAULT = new GrowthOptions(
            Map.of(
                    Thing.ENTRIES, List.of(1_000, 10_000, 100_000, 1_000_000),
                    Thing.KEYS, List.of(1_000, 10_000, 100_000, 1_000_000),
                    Thing.REQUEST_IDS, List.of(1_000, 10_000, 100_000),
                    Thing.MEMBERS, List.of(1, 2, 3, 5, 7)),
            Duration.ofSeconds(10),
            Duration.ofSeconds(3),
            Duration.ofSeconds(5),
            1,
            HttpWork.VALUE_BYTES,
            2048,
            18241,
            MODULE.resolve("target/growth"),
            MODULE.resolve("target/growth.tsv"));

    private static final Map<Thing, List<Integer>> FEW_SIZES = Map.of(
            Thing.ENTRIES, List.of(1_000, 100_000),
            Thing.KEYS, List.of(1_000, 100_000),
            Thing.REQUEST_IDS, List.of(1_000, 100_000),
            Thing.MEMBERS, List.of(1, 3, 5));

    /** @throws IllegalArgumentException if something is not understood */
    static GrowthOptions parse(String[] arguments) {
        List<String> words = new ArrayList<>(List.of(arguments));
        GrowthOptions options = words.remove("--quick") ? DEFAULT.quick() : DEFAULT;
        if (words.size() % 2 != 0) {
            throw new IllegalArgumentException("every option but --quick has a value");
        }
        for (int i = 0; i < words.size(); i += 2) {
            options = options.with(words.get(i), words.get(i + 1));
        }
        return options;
    }

    private GrowthOptions quick() {
        Duration second = Duration.ofSeconds(1);
        return new GrowthOptions(
                FEW_SIZES,
                second.multipliedBy(3),
                second,
                second.multipliedBy(2),
                runs,
                bytes,
                heap,
                port,
                data,
                results);
    }

    private GrowthOptions with(String name, String value) {
        if (!NAMES.contains(name)) {
            throw new IllegalArgumentException("there is no option " + name);
        }
        return new GrowthOptions(
                sizesWith(name, value),
                name.equals("--warmup") ? seconds(value) : warmup,
                name.equals("--duration") ? seconds(value) : duration,
                name.equals("--idle") ? seconds(value) : idle,
                name.equals("--runs") ? Integer.parseInt(value) : runs,
                name.equals("--bytes") ? Integer.parseInt(value) : bytes,
                name.equals("--heap") ? Integer.parseInt(value) : heap,
                name.equals("--port") ? Integer.parseInt(value) : port,
                name.equals("--data") ? Path.of(value) : data,
                name.equals("--results") ? Path.of(value) : results);
    }

    private Map<Thing, List<Integer>> sizesWith(String name, String value) {
        Map<Thing, List<Integer>> changed = new LinkedHashMap<>(sizes);
        for (Thing thing : Thing.values()) {
            if (name.equals("--" + thing.word())) {
                changed.put(thing, numbers(value));
            }
        }
        return changed;
    }

    private static List<Integer> numbers(String list) {
        return list.equals("none")
                ? List.of()
                : Arrays.stream(list.split(",", -1)).map(Integer::parseInt).toList();
    }

    private static Duration seconds(String value) {
        return Duration.ofSeconds(Long.parseLong(value));
    }
}
