package io.raftboot.spring.typed;

import java.util.Comparator;

/** Under which name and version a record is in the log. */
record TypeName(String name, int version) implements Comparable<TypeName> {

    private static final Comparator<TypeName> ORDER =
            Comparator.comparing(TypeName::name).thenComparingInt(TypeName::version);

    /** It is in every command, and in what is said of one that cannot be read. */
    private static final int MAX_LENGTH = 128;

    /** @throws IllegalArgumentException if a type cannot be called so */
    TypeName {
        if (!isName(name) || version < 1) {
            throw new IllegalArgumentException("a type has a name of up to " + MAX_LENGTH
                    + " characters and a version from 1 on, not '" + name + "' and " + version);
        }
    }

    static boolean isName(String name) {
        return !name.isBlank() && name.length() <= MAX_LENGTH;
    }

    /** What a record says of itself. */
    static TypeName of(Class<?> record) {
        CommandType said = record.getAnnotation(CommandType.class);
        if (said == null) {
            return new TypeName(record.getSimpleName(), 1);
        }
        return new TypeName(said.name().isEmpty() ? record.getSimpleName() : said.name(), said.version());
    }

    @Override
    public int compareTo(TypeName other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return "'" + name + "', version " + version;
    }
}
