package io.raftboot.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.raftboot.spi.CommandContext;
import io.raftboot.spi.SnapshotWriter;
import io.raftboot.spi.StateMachine;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** The state machine that the tests of the kit are made with: it remembers every word and answers with how many there are. */
class WordList implements StateMachine {

    final List<String> words = new ArrayList<>();

    @Override
    public byte[] apply(CommandContext context, byte[] command) {
        words.add(new String(command, UTF_8));
        return bytes(Integer.toString(words.size()));
    }

    @Override
    public byte[] query(byte[] query) {
        return bytes(String.join(",", words));
    }

    @Override
    public SnapshotWriter snapshot() {
        byte[] captured = query(new byte[0]);
        return out -> out.write(captured);
    }

    @Override
    public void restore(InputStream snapshot) throws IOException {
        String text = text(snapshot.readAllBytes());
        words.clear();
        words.addAll(text.isEmpty() ? List.of() : List.of(text.split(",")));
    }

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }
}
