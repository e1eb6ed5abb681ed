package io.raftboot.model;

/**
 * Something is so that must never be: a defect, or a disk or peer that lies. The server stops for good, because going on could
 * spread the damage.
 */
public final class BrokenInvariant extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param evidence what was found, with the numbers */
    public BrokenInvariant(String evidence) {
        super(evidence);
    }

    /** Checks what must hold. @throws BrokenInvariant with the evidence, formatted as by {@link String#format}, if it does not */
    public static void require(boolean holds, String evidence, Object... arguments) {
        if (!holds) {
            throw new BrokenInvariant(String.format(java.util.Locale.ROOT, evidence, arguments));
        }
    }
}
