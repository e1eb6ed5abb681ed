package io.raftboot.spring.typed;

import io.raftboot.spi.StateMachine;
import io.raftboot.spring.typed.Stock.Add;
import io.raftboot.spring.typed.Stock.Clear;
import io.raftboot.spring.typed.Stock.Color;
import io.raftboot.spring.typed.Stock.Count;
import io.raftboot.spring.typed.Stock.Find;
import io.raftboot.spring.typed.Stock.Rename;
import io.raftboot.spring.typed.Stock.Take;
import io.raftboot.testkit.StateMachineContract;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A typed state machine owes what every other does. */
class StockContractTest extends StateMachineContract {

    private final TypedCodec codec = new Stock().codec();

    @Override
    protected StateMachine newStateMachine() {
        return new Stock();
    }

    @Override
    protected List<byte[]> commands() {
        return Stream.of(
                        new Add("nail", 3),
                        new Clear(),
                        new Add("screw", 1),
                        new Take("screw", 5, Optional.empty()),
                        new Add("\u00e4\ud83d\ude00\"", 7),
                        new Rename("screw", "nail", Color.RED),
                        new Take("nail", 1, Optional.of("sold")))
                .map(codec::encode)
                .toList();
    }

    @Override
    protected List<byte[]> queries() {
        return Stream.of(new Count("nail"), new Find("screw"), new Find("\u00e4\ud83d\ude00\""))
                .map(codec::encode)
                .toList();
    }
}
