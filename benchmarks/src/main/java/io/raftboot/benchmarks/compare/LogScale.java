package io.raftboot.benchmarks.compare;

import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Where positive numbers are on a logarithmic axis.
 *
 * @param least the power of ten of the smallest number
 * @param most that of the largest; more than the smallest
 * @param from where the smallest is
 * @param to where the largest is
 */
record LogScale(double least, double most, int from, int to) {

    static LogScale over(DoubleStream values, int from, int to) {
        DoubleSummaryStatistics powers = values.map(Math::log10).summaryStatistics();
        if (powers.getCount() == 0) {
            return new LogScale(0, 1, from, to);
        }
        boolean isOneNumber = powers.getMin() == powers.getMax();
        return new LogScale(powers.getMin(), isOneNumber ? powers.getMin() + 1 : powers.getMax(), from, to);
    }

    /** From one power of ten to another. */
    LogScale rounded() {
        return new LogScale(Math.floor(least), Math.ceil(most), from, to);
    }

    int at(double value) {
        return (int) Math.round(from + (Math.log10(value) - least) / (most - least) * (to - from));
    }

    List<Double> powersOfTen() {
        return IntStream.rangeClosed((int) Math.ceil(least), (int) Math.floor(most))
                .mapToObj(power -> Double.parseDouble("1e" + power))
                .toList();
    }
}
