package io.raftboot.benchmarks.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the launcher of the peers prints: a table of rates, and sentences about everything else. Other lines are skipped. */
final class PeerReport {

    /** What the cases of the table are called here. */
    private static final Map<String, String> WORKS = Map.of(
            "in-process write", "writes-in-process",
            "in-process linearizable read", "reads-in-process",
            "remote write http-json, 3 endpoints", "writes-http-spread",
            "remote write http-json, leader only", "writes-http-leader",
            "remote linearizable read http-json", "reads-http-spread");

    private static final int TABLE_COLUMNS = 10;
    private static final Pattern REPEATS = Pattern.compile("(\\S+) (failover|start-up)\\b.* of \\[([\\d, ]+)\\].*");
    private static final Pattern MEMORY = Pattern.compile("(?:(\\S+) )?rss MiB after fill.*?:((?: \\d+)+)");
    private static final Pattern FILL =
            Pattern.compile("(\\S+) fill 100k entries.*disk bytes/entry.*? (\\d+); dir bytes/entry (\\d+)");
    private static final Pattern SYNCS =
            Pattern.compile("(\\S+) strace on the (\\w+),.*: writes=(\\d+)((?: \\w+=\\d+)*)");
    private static final Pattern COUNT = Pattern.compile("=(\\d+)");

    private final List<Row> rows = new ArrayList<>();

    List<Row> rows() {
        return rows;
    }

    void read(String line) {
        String[] cells = Arrays.stream(line.split("\\|", -1)).map(String::trim).toArray(String[]::new);
        if (cells.length == TABLE_COLUMNS + 1 && WORKS.containsKey(cells[2])) {
            rows.add(rate(cells));
        }
        matchOf(REPEATS, line).ifPresent(this::repeats);
        matchOf(MEMORY, line)
                .ifPresent(match -> Arrays.stream(match.group(2).trim().split(" ", -1))
                        .forEach(size -> add("memory-100k-entries", nameIn(match), "MiB", Double.parseDouble(size))));
        matchOf(FILL, line).ifPresent(match -> {
            add("disk-per-entry", match.group(1), "B", Double.parseDouble(match.group(2)));
            add("directory-per-entry", match.group(1), "B", Double.parseDouble(match.group(3)));
        });
        matchOf(SYNCS, line).ifPresent(this::syncs);
    }

    private static Optional<MatchResult> matchOf(Pattern pattern, String line) {
        Matcher matcher = pattern.matcher(line);
        return matcher.matches() ? Optional.of(matcher.toMatchResult()) : Optional.empty();
    }

    /** The cell before the first bar is empty. */
    private static Row rate(String[] cells) {
        return new Row(
                WORKS.getOrDefault(cells[2], ""),
                cells[1],
                Integer.parseInt(cells[3]),
                Row.RATE,
                Double.parseDouble(cells[4]),
                Double.parseDouble(cells[6]),
                Double.parseDouble(cells[7]),
                Long.parseLong(cells[8]),
                Row.number(cells[9]));
    }

    private void repeats(MatchResult match) {
        String work = match.group(2).equals("failover") ? "failover" : "restart";
        for (String millis : match.group(3).split(", ", -1)) {
            add(work, match.group(1), "ms", Double.parseDouble(millis));
        }
    }

    private void syncs(MatchResult match) {
        double syncs = COUNT.matcher(match.group(4))
                .results()
                .mapToDouble(count -> Double.parseDouble(count.group(1)))
                .sum();
        add("syncs-" + match.group(2), match.group(1), "syncs/write", syncs / Double.parseDouble(match.group(3)));
    }

    private void add(String work, String system, String unit, double value) {
        rows.add(Row.of(work, system, unit, value));
    }

    /** Etcd's line begins without it in one place. */
    private static String nameIn(MatchResult match) {
        return Optional.ofNullable(match.group(1)).orElse("etcd");
    }
}
