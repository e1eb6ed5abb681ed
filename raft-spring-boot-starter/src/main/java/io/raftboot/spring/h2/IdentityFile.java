package io.raftboot.spring.h2;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.raftboot.model.Identity;
import io.raftboot.model.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code identity.json}: whose data directory it is. It is the last file to be written on the very first start, so a directory
 * that has one is complete (etcd#10688).
 */
final class IdentityFile {

    /** The form of the file and of everything beside it. A later version of this code may know older ones, never newer. */
    private static final int FORMAT = 1;

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final Path file;

    IdentityFile(Path directory) {
        this.file = directory.resolve("identity.json");
    }

    /** Whether the first start in this directory was completed. */
    boolean exists() {
        return Files.exists(file);
    }

    /** Who the directory says it belongs to; empty if its first start was never completed. */
    Optional<Identity> read() throws IOException {
        return read(Content::identity);
    }

    /** The backup it was made from, if it was made from one. */
    Optional<Backup.Origin> origin() throws IOException {
        return read(Content::restoredFrom);
    }

    /** The new cluster that its server was made, if it was. */
    Optional<ForcedNewCluster.Mark> forced() throws IOException {
        return read(Content::forced);
    }

    /** Where the log of its cluster ended when its server was last asked to join it; 0 if it never was. */
    long joinedBehind() throws IOException {
        return read(Content::joinedBehind).orElse(0L);
    }

    private <T> Optional<T> read(Function<Content, @Nullable T> part) throws IOException {
        if (!exists()) {
            return Optional.empty();
        }
        return Optional.ofNullable(parse(Files.readAllBytes(file), part));
    }

    private <T> @Nullable T parse(byte[] json, Function<Content, @Nullable T> part) {
        try {
            Content content = JSON.readValue(json, Content.class);
            if (content == null) {
                throw new IllegalArgumentException("it is empty");
            }
            return part.apply(content);
        } catch (JacksonException | IllegalArgumentException e) {
            throw DataDirectoryException.lost(parent(), "identity.json cannot be read", e);
        }
    }

    /** Writes it durably, the first time. */
    void write(Identity identity, Optional<Backup.Origin> origin) throws IOException {
        write(Content.of(identity, origin, Optional.empty(), Optional.empty()));
    }

    /** Writes durably that its server has joined a cluster. */
    void join(Identity identity, long commitIndex) throws IOException {
        write(Content.of(identity, origin(), Optional.of(commitIndex), forced()));
    }

    /** Writes durably that its server is a cluster of its own: what it was asked to wait for in another one may never come. */
    void force(Identity identity, ForcedNewCluster.Mark mark) throws IOException {
        write(Content.of(identity, origin(), Optional.empty(), Optional.of(mark)));
    }

    private void write(Content content) throws IOException {
        DurableFiles.replace(file, JSON.writeValueAsBytes(content));
    }

    private Path parent() {
        return file.resolveSibling("");
    }

    private record Content(
            int format,
            @Nullable String clusterId,
            @Nullable String clusterName,
            @Nullable String nodeId,
            @Nullable String incarnation,
            @JsonInclude(JsonInclude.Include.NON_NULL) Backup.@Nullable Origin restoredFrom,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long joinedBehind,

            @JsonInclude(JsonInclude.Include.NON_NULL) ForcedNewCluster.@Nullable Mark forced) {

        static Content of(
                Identity identity,
                Optional<Backup.Origin> origin,
                Optional<Long> joinedBehind,
                Optional<ForcedNewCluster.Mark> forced) {
            return new Content(
                    FORMAT,
                    identity.clusterId(),
                    identity.clusterName(),
                    identity.nodeId().value(),
                    identity.incarnation(),
                    origin.orElse(null),
                    joinedBehind.orElse(null),
                    forced.orElse(null));
        }

        Identity identity() {
            if (format != FORMAT) {
                throw new IllegalArgumentException("format " + format + ", this version knows " + FORMAT);
            }
            return new Identity(
                    present(clusterId), present(clusterName), NodeId.of(present(nodeId)), present(incarnation));
        }

        private static String present(@Nullable String value) {
            if (value == null) {
                throw new IllegalArgumentException("a field is missing");
            }
            return value;
        }
    }
}
