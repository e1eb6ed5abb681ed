package io.raftboot.benchmarks.compare;

import java.util.List;
import java.util.Locale;

/**
 * One measurement, as a line of the results file.
 *
 * @param work what was done
 * @param system who did it
 * @param load how many requests were outstanding, or connections open; 0 if that is no matter
 * @param unit of the value: {@value #RATE} where more is better, {@code ms}, {@code MiB} or {@code B} where less is
 * @param value what was measured
 * @param p50Micros the time half of the operations took at most; not a number if it was not measured
 * @param p99Micros the time 99 of 100 took at most; likewise
 * @param errors how many operations failed
 * @param diskBytes what the whole machine wrote to its disks per operation; not a number if it was not measured
 */
record Row(
        String work,
        String system,
        int load,
        String unit,
        double value,
        double p50Micros,
        double p99Micros,
        long errors,
        double diskBytes) {

    static final String RATE = "op/s";

    static final String HEADER = "work\tsystem\tload\tunit\tvalue\tp50_us\tp99_us\terrors\tdisk_bytes_per_op";

    private static final int COLUMNS = 9;

    /** A figure that is no rate. */
    static Row of(String work, String system, String unit, double value) {
        return new Row(work, system, 0, unit, value, Double.NaN, Double.NaN, 0, Double.NaN);
    }

    String line() {
        return String.join(
                "\t",
                List.of(
                        work,
                        system,
                        Integer.toString(load),
                        unit,
                        text(value),
                        text(p50Micros),
                        text(p99Micros),
                        Long.toString(errors),
                        text(diskBytes)));
    }

    /** @throws IllegalArgumentException if the line is not one of a results file */
    static Row parse(String line) {
        String[] columns = line.split("\t", -1);
        if (columns.length != COLUMNS) {
            throw new IllegalArgumentException("no line of results: " + line);
        }
        return new Row(
                columns[0],
                columns[1],
                Integer.parseInt(columns[2]),
                columns[3],
                number(columns[4]),
                number(columns[5]),
                number(columns[6]),
                Long.parseLong(columns[7]),
                number(columns[8]));
    }

    static String text(double number) {
        return Double.isNaN(number) ? "-" : String.format(Locale.ROOT, "%.1f", number);
    }

    static double number(String text) {
        return text.equals("-") ? Double.NaN : Double.parseDouble(text);
    }
}
