package io.raftboot.sample;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.raftboot.sample.Command.Delete;
import io.raftboot.sample.Command.Increment;
import io.raftboot.sample.Command.Put;
import io.raftboot.sample.CommandResult.Counted;
import io.raftboot.sample.CommandResult.Deleted;
import io.raftboot.sample.CommandResult.Reason;
import io.raftboot.sample.CommandResult.Refused;
import io.raftboot.sample.CommandResult.Stored;
import io.raftboot.sample.Precondition.Tags;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandCodecTest {

    private static final Precondition BOTH = new Precondition(
            Optional.of(new Tags(false, List.of("6", "\u00e4\""))), Optional.of(new Tags(true, List.of())));

    private final CommandCodec codec = new CommandCodec();

    static Stream<Command> commands() {
        return Stream.of(
                new Put("a", "\u00e4\ud83d\ude00\"\\\n\u0000", Precondition.NONE),
                new Put("a", "", BOTH),
                new Delete("\u00e4", BOTH),
                new Increment("n", Long.MIN_VALUE, Precondition.NONE),
                new Increment("n", Long.MAX_VALUE, BOTH));
    }

    static Stream<CommandResult> results() {
        return Stream.concat(
                Stream.of(new Stored(), new Counted("-7"), new Deleted()),
                Arrays.stream(Reason.values()).map(Refused::new));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void aCommandIsReadAsItWasWritten(Command command) {
        assertThat(codec.command(codec.encode(command))).isEqualTo(command);
    }

    @ParameterizedTest
    @MethodSource("results")
    void aResultIsReadAsItWasWritten(CommandResult result) {
        assertThat(codec.result(codec.encode(result))).isEqualTo(result);
    }

    @Test
    void theJsonOfTheResultsIsFixed() {
        assertThat(results().map(codec::encode).map(json -> new String(json, UTF_8)))
                .startsWith(
                        "{\"type\":\"stored\"}",
                        "{\"type\":\"counted\",\"value\":\"-7\"}",
                        "{\"type\":\"deleted\"}",
                        "{\"type\":\"refused\",\"reason\":\"MISSING\"}");
    }

    @Test
    void theOrderOfTheFieldsDoesNotMatterNorDoesWhatIsUnknown() {
        String json =
                " {\"later\":[1.5,null,{\"x\":[true]}],\"precondition\":{\"later\":1},\"value\":\"1\",\"key\":\"a\","
                        + "\"type\":\"put\"} ";
        assertThat(codec.command(json.getBytes(UTF_8))).isEqualTo(new Put("a", "1", Precondition.NONE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "7",
                "[]",
                "{}",
                "{\"type\":\"put\",\"key\":\"a\",\"precondition\":{}}",
                "{\"type\":\"put\",\"key\":\"a\",\"value\":\"1\"}",
                "{\"type\":\"put\",\"key\":1,\"value\":\"1\",\"precondition\":{}}",
                "{\"type\":\"put\",\"key\":null,\"value\":\"1\",\"precondition\":{}}",
                "{\"type\":\"put\",\"key\":\"a\",\"value\":\"1\",\"precondition\":[]}",
                "{\"type\":\"put\",\"key\":\"a\",\"value\":\"1\",\"precondition\":{\"ifMatch\":{}}}",
                "{\"type\":\"put\",\"key\":\"a\",\"value\":\"1\",\"precondition\":{\"ifMatch\":{\"any\":false,\"values\":[1]}}}",
                "{\"type\":\"put\",\"key\":\"a\",\"value\":\"1\",\"precondition\":{}}{}",
                "{\"type\":\"increment\",\"key\":\"a\",\"by\":\"1\",\"precondition\":{}}",
                "{\"type\":\"increment\",\"key\":\"a\",\"by\":9223372036854775808,\"precondition\":{}}",
                "{\"type\":\"later\",\"key\":\"a\",\"precondition\":{}}"
            })
    void whatIsNoCommandIsRefused(String json) {
        assertThatIllegalArgumentException().isThrownBy(() -> codec.command(json.getBytes(UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"type\":\"refused\",\"reason\":\"LATER\"}", "{\"type\":\"counted\"}"})
    void whatIsNoResultIsRefused(String json) {
        assertThatIllegalArgumentException().isThrownBy(() -> codec.result(json.getBytes(UTF_8)));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void aCommandThatEndsEarlyIsRefused(Command command) {
        byte[] json = codec.encode(command);
        for (int length = 0; length < json.length; length++) {
            byte[] part = Arrays.copyOf(json, length);
            assertThatIllegalArgumentException().isThrownBy(() -> codec.command(part));
        }
    }

    @Test // 100,000,000 characters is what Jackson reads by default, and raft.max-command-size may be more
    void aValueMayBeAsLongAsTheLargestCommand() {
        assertThat(JsonFields.JSON.streamReadConstraints().getMaxStringLength()).isEqualTo(Integer.MAX_VALUE);
    }
}
