package io.raftboot.spring.http;

import io.raftboot.model.Snapshot;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The bytes of a snapshot, or with HEAD only whether they are there. What is asked for of them stands in the Range header, which
 * is signed as the body of other calls is.
 *
 * @param method one of {@link #METHODS}
 * @param id a {@link Snapshot#id}
 */
record SnapshotTarget(String method, String id) implements Target {

    static final List<String> METHODS = List.of("GET", "HEAD");

    private static final Pattern PATH = Pattern.compile("/snapshots/([0-9a-f-]{1,64})");

    static SnapshotTarget bytesOf(Snapshot snapshot) {
        return new SnapshotTarget("GET", snapshot.id());
    }

    static SnapshotTarget presenceOf(Snapshot snapshot) {
        return new SnapshotTarget("HEAD", snapshot.id());
    }

    /** The id in a path below {@code /rpc}. */
    static Optional<String> idAt(String pathInfo) {
        return Optional.of(PATH.matcher(pathInfo)).filter(Matcher::matches).map(path -> path.group(1));
    }

    boolean isForBytes() {
        return method.equals("GET");
    }

    @Override
    public String path() {
        return "/rpc/snapshots/" + id;
    }

    @Override
    public LaneKind lane() {
        return LaneKind.DOWNLOAD;
    }
}
