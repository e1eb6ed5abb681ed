package io.raftboot.spring.typed;

import java.util.Comparator;

/** Under which name and version a record is in the log. */
record TypeName(String name, int version) implements Comparable<TypeName> {

    private static final Comparator<TypeName> ORDER =
            Comparator.comparing(TypeName::name).thenComparingInt(TypeName::version);

    /** @throws IllegalArgumentException if a type cannot be called so */
    TypeName {
        if (name.isBlank() || version < 1) {
            throw new IllegalArgumentException(
                    "a type has a name and a version from 1 on, not '" + name + "' and " + version);
        }
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
