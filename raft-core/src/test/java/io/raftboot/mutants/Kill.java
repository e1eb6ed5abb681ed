package io.raftboot.mutants;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.LongStream;

/**
 * How a mutant was found.
 *
 * @param seeds how many seeds it took, which is also the seed that did it: the first one is 1
 * @param events after how many events of that seed
 * @param evidence what was broken
 */
record Kill(long seeds, long events, String evidence) {

    /** No mutant may take more seeds. */
    static final int MAX_SEEDS = 1_000;

    private static final int MAX_EVIDENCE = 90;

    /** Tries one seed. */
    static Optional<Kill> bySeed(Mutant mutant, long seed) throws Exception {
        return by(mutant, List.of(seed));
    }

    /** Tries the seeds from 1 on. */
    static Optional<Kill> bySearch(Mutant mutant) throws Exception {
        return by(mutant, LongStream.rangeClosed(1, MAX_SEEDS).boxed().toList());
    }

    /** Tries these seeds, in their order, until one finds it. */
    @SuppressWarnings("unchecked")
    static Optional<Kill> by(Mutant mutant, List<Long> seeds) throws Exception {
        Class<?> hunt = new MutantLoader(mutant).loadClass("io.raftboot.simulation.Hunt");
        BiFunction<String, List<Long>, List<String>> search = (BiFunction<String, List<Long>, List<String>>)
                hunt.getConstructor().newInstance();
        List<String> found = search.apply(mutant.loopBug(), seeds);
        return found.isEmpty()
                ? Optional.empty()
                : Optional.of(new Kill(Long.parseLong(found.get(0)), Long.parseLong(found.get(1)), found.get(2)));
    }

    /** Its row in the table. */
    static String row(Mutant mutant, Optional<Kill> kill) {
        return kill.map(found -> String.format(
                        Locale.ROOT, "%-50s %5d %6d  %s", mutant, found.seeds(), found.events(), found.shortEvidence()))
                .orElse(mutant + " SURVIVES");
    }

    private String shortEvidence() {
        String line = evidence.lines().findFirst().orElse("").replaceFirst("^[a-z.]*\\.([A-Z])", "$1");
        return line.substring(0, Math.min(MAX_EVIDENCE, line.length())).strip();
    }
}
