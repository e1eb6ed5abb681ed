package io.raftboot.sample;

import io.raftboot.sample.Command.Delete;
import io.raftboot.sample.Command.Increment;
import io.raftboot.sample.Command.Put;
import io.raftboot.sample.Precondition.Tags;
import io.raftboot.sample.Query.Get;
import io.raftboot.sample.Query.ListKeys;
import io.raftboot.spi.StateMachine;
import io.raftboot.testkit.StateMachineContract;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

class KeyValueStoreContractTest extends StateMachineContract {

    private static final Precondition FIRST_REVISION =
            new Precondition(Optional.of(new Tags(false, List.of("1"))), Optional.empty());
    private static final Precondition ABSENT =
            new Precondition(Optional.empty(), Optional.of(new Tags(true, List.of())));

    private final JsonCodec codec = new JsonCodec();

    @Override
    protected StateMachine newStateMachine() {
        return new KeyValueStore();
    }

    @Override
    protected List<byte[]> commands() {
        return Stream.of(
                        new Put("a", "1", Precondition.NONE),
                        new Put("b", "\u00e4\ud83d\ude00\"", ABSENT),
                        new Increment("n", 5, Precondition.NONE),
                        new Increment("b", 1, Precondition.NONE),
                        new Put("a", "2", FIRST_REVISION),
                        new Put("a", "3", FIRST_REVISION),
                        new Delete("b", Precondition.NONE),
                        new Delete("b", Precondition.NONE),
                        new Put("c", "", Precondition.NONE),
                        new Increment("a", -3, Precondition.NONE))
                .map(new CommandCodec()::encode)
                .toList();
    }

    @Override
    protected List<byte[]> queries() {
        return Stream.of(new Get("a"), new Get("b"), new ListKeys("", 1000))
                .map(codec::encode)
                .toList();
    }
}
