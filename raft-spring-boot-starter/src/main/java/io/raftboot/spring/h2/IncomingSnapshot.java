package io.raftboot.spring.h2;

import io.raftboot.model.Snapshot;
import io.raftboot.spi.SnapshotStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A download on its way into a file, of which only what was found good is written. */
final class IncomingSnapshot implements SnapshotStore.Incoming {

    private static final Logger LOG = LoggerFactory.getLogger(IncomingSnapshot.class);

    private static final int READ_BYTES = 1 << 20;

    private final Snapshot announced;
    private final Path part;
    private final Completion completion;
    private final FileChannel channel;
    private final SteadySync sync;
    private final SnapshotParser parser = new SnapshotParser(this::write);
    private boolean isResuming = true;

    /** Why the parser is ahead of the file: who goes on has to read first what the file has. */
    private Optional<IOException> failure = Optional.empty();

    /** Gives a complete and synced file its name. */
    @FunctionalInterface
    interface Completion {
        void publish(Path part, Snapshot snapshot) throws IOException;
    }

    /** Does something to the file. */
    @FunctionalInterface
    private interface Attempt {
        void run() throws IOException;
    }

    /**
     * Begins, or goes on behind what is already in the file and good.
     *
     * @param part the file, which is there
     */
    IncomingSnapshot(Snapshot announced, Path part, Completion completion) throws IOException {
        this.announced = announced;
        this.part = part;
        this.completion = completion;
        this.channel = FileChannel.open(part, StandardOpenOption.READ, StandardOpenOption.WRITE);
        this.sync = new SteadySync(channel);
        orBeginAgain(this::resume);
    }

    private void resume() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(READ_BYTES);
        try {
            while (channel.read(buffer) >= 0) {
                parser.add(buffer.array(), buffer.position());
                buffer.clear();
            }
        } catch (DamagedSnapshot tail) {
            LOG.info("{} is torn and goes on at byte {}", part, parser.verified());
        }
        parser.forgetPending(); // whole blocks are written, so this is one that a power cut has torn
        isResuming = false;
        channel.truncate(parser.verified());
        channel.position(parser.verified());
    }

    private void write(byte[] bytes, int offset, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
        try {
            while (!isResuming && buffer.hasRemaining()) {
                int written = channel.write(buffer);
                orBeginAgain(() -> sync.wrote(written));
            }
        } catch (IOException e) {
            failure = Optional.of(e);
            throw e;
        }
    }

    @Override
    public long position() {
        return parser.position();
    }

    @Override
    public void add(byte[] bytes) throws IOException {
        if (failure.isPresent()) {
            throw new IOException("the disk did not take what came before: " + failure.get(), failure.get());
        }
        parser.add(bytes, bytes.length);
    }

    @Override
    public void complete() throws IOException {
        boolean isAnnounced = parser.verified() == announced.sizeInBytes()
                && parser.sha256().equals(Optional.of(announced.sha256()))
                && parser.metadata().equals(Optional.of(announced.metadata()));
        if (!isAnnounced) {
            channel.close();
            Files.delete(part);
            throw new DamagedSnapshot("what has arrived is not " + announced);
        }
        orBeginAgain(() -> channel.force(true));
        completion.publish(part, announced);
    }

    /**
     * What a failed sync was about can still be read, and no later sync writes it; what cannot be read is of no use. Either has to be
     * downloaded again.
     */
    private void orBeginAgain(Attempt attempt) throws IOException {
        try {
            attempt.run();
        } catch (IOException e) {
            channel.close();
            Files.deleteIfExists(part);
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
