package io.raftboot.spring.h2;

import java.util.regex.Pattern;
import org.h2.engine.Constants;

/** Which H2 may hold a log. */
final class H2Version {

    private static final Pattern LOSES_COMMITS = Pattern.compile("2\\.5\\.25[0-2]\\b.*");

    private H2Version() {}

    /** The one on the class path. */
    static String current() {
        return Constants.VERSION;
    }

    /** @throws DataDirectoryException if this version is known to lose what was synced */
    static void requireSafe(String version) {
        if (LOSES_COMMITS.matcher(version).matches()) {
            throw new DataDirectoryException(
                    "H2 " + version
                            + " is on the class path. It can write a commit to a place that nothing on disk leads to,"
                            + " so that after a crash the log opens without acknowledged entries.",
                    "Use H2 2.4.240, the version that Spring Boot manages.");
        }
    }
}
