package io.raftboot;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.raftboot.spi.CommandContext;
import io.raftboot.spi.SnapshotWriter;
import io.raftboot.spi.StateMachine;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** Remembers every command; answers with how many there are and any query with all of them. Fails at "fail". */
class CountingStateMachine implements StateMachine {

    private final List<String> commands = new ArrayList<>();

    @Override
    public byte[] apply(CommandContext context, byte[] command) {
        String text = new String(command, UTF_8);
        if (text.equals("fail")) {
            throw new IllegalStateException("asked to fail");
        }
        commands.add(text);
        return Integer.toString(commands.size()).getBytes(UTF_8);
    }

    @Override
    public byte[] query(byte[] query) {
        if (new String(query, UTF_8).equals("fail")) {
            throw new IllegalArgumentException("no such query");
        }
        return String.join(",", commands).getBytes(UTF_8);
    }

    @Override
    public SnapshotWriter snapshot() {
        byte[] captured = query(new byte[0]);
        return out -> out.write(captured);
    }

    @Override
    public void restore(InputStream snapshot) throws IOException {
        commands.clear();
        commands.addAll(List.of(new String(snapshot.readAllBytes(), UTF_8).split(",")));
    }
}
