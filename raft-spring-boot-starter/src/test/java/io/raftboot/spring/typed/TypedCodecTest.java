package io.raftboot.spring.typed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.spi.CommandContext;
import io.raftboot.spring.typed.Stock.Add;
import io.raftboot.spring.typed.Stock.Broken;
import io.raftboot.spring.typed.Stock.Clear;
import io.raftboot.spring.typed.Stock.Color;
import io.raftboot.spring.typed.Stock.Count;
import io.raftboot.spring.typed.Stock.Find;
import io.raftboot.spring.typed.Stock.Forgotten;
import io.raftboot.spring.typed.Stock.Missing;
import io.raftboot.spring.typed.Stock.Rename;
import io.raftboot.spring.typed.Stock.Take;
import io.raftboot.spring.typed.Stock.There;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TypedCodecTest {

    private static final CommandContext CONTEXT = new CommandContext(7, 1, Instant.EPOCH);

    private final Stock stock = new Stock();
    private final TypedCodec codec = stock.codec();

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }

    private String apply(String command) {
        return text(stock.apply(CONTEXT, command.getBytes(UTF_8)));
    }

    private <R> R apply(RaftCommand<R> command) {
        return codec.decodeReply(command, stock.apply(CONTEXT, codec.encode(command)));
    }

    private <R> R ask(RaftQuery<R> query) {
        return codec.decodeReply(query, stock.query(codec.encode(query)));
    }

    // ---- what is in the log

    @Test
    void aCommandIsInTheLogUnderItsNameAndVersion() {
        assertThat(text(codec.encode(new Add("nail", 3))))
                .isEqualTo("{\"t\":\"Add\",\"v\":1,\"c\":{\"item\":\"nail\",\"count\":3}}");
        assertThat(text(codec.encode(new Take("nail", 3, Optional.of("rust")))))
                .isEqualTo("{\"t\":\"take\",\"v\":2,\"c\":{\"item\":\"nail\",\"count\":3,\"reason\":\"rust\"}}");
        assertThat(text(codec.encode(new Clear()))).isEqualTo("{\"t\":\"Clear\",\"v\":1,\"c\":{}}");
    }

    @Test
    void anEnumIsInTheLogByItsName() {
        assertThat(text(codec.encode(new Rename("a", "b", Color.GREEN)))).contains("\"label\":\"GREEN\"");
    }

    @Test
    void anOptionalThatIsEmptyLeavesNoTrace() {
        byte[] command = codec.encode(new Take("nail", 3, Optional.empty()));

        assertThat(text(command)).doesNotContain("reason");
        assertThat(codec.decodeCommand(command)).isEqualTo(new Take("nail", 3, Optional.empty()));
    }

    @Test
    void whatARecordComputesIsNoPartOfIt() {
        assertThat(text(codec.encode(new Count("nail"))))
                .isEqualTo("{\"t\":\"Count\",\"v\":1,\"q\":{\"item\":\"nail\"}}");
    }

    @Test
    void aTextWithHalfASurrogatePairDoesNotGetIntoTheLog() {
        assertThat(apply(new Add("a whole one \ud83d\ude00", 3))).isEqualTo(3L);
        assertThatThrownBy(() -> codec.encode(new Add("half \ud83d", 3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("surrogate");
    }

    @Test
    void aCommandWithoutAHandlerDoesNotGetIntoTheLog() {
        assertThatThrownBy(() -> codec.encode(new Forgotten()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Forgotten")
                .hasMessageContaining("register");
    }

    @Test
    void aCommandThatNobodyCouldReadDoesNotGetIntoTheLog() {
        assertThatThrownBy(() -> codec.encode(new Add(nothing(), 3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Add")
                .hasMessageContaining("item");
    }

    @SuppressWarnings("NullAway") // an application need not be null-checked
    private static String nothing() {
        @Nullable String nothing = null;
        return nothing;
    }

    // ---- what comes of it

    @Test
    void aResultComesBackAsTheCommandSaysItIs() {
        assertThat(apply(new Add("nail", 3))).isEqualTo(3L);
        assertThat(apply(new Rename("nail", "screw", Color.RED))).containsExactly("screw");
        assertThat(apply(new Clear())).isNull();
        assertThat(stock.items()).isEmpty();
    }

    @Test
    void anAnswerComesBackAsTheQuestionSaysItIs() {
        apply(new Add("nail", 3));

        assertThat(ask(new Count("nail"))).contains(3L);
        assertThat(ask(new Count("screw"))).isEmpty();
        assertThat(ask(new Find("nail"))).isEqualTo(new There("nail", 3));
        assertThat(ask(new Find("screw"))).isEqualTo(new Missing("screw"));
    }

    @Test
    void aRejectedCommandGivesItsCallerTheMessageOfTheHandler() {
        assertThatThrownBy(() -> apply(new Take("nail", 1, Optional.empty())))
                .isInstanceOfSatisfying(
                        CommandRejected.class,
                        rejected -> assertThat(rejected.reason()).isEqualTo(CommandRejected.Reason.REJECTED))
                .hasMessage("there are not so many: nail");
    }

    @Test
    void anExceptionOfAQuestionsHandlerIsThrown() {
        assertThatThrownBy(() -> ask(new Broken())).isInstanceOf(NumberFormatException.class);
    }

    @Test
    void aResultThatHasMoreThanThisVersionKnowsIsRead() {
        byte[] newer = "{\"ok\":{\"@type\":\"There\",\"item\":\"nail\",\"count\":3,\"since\":1}}".getBytes(UTF_8);

        assertThat(codec.decodeReply(new Find("nail"), newer)).isEqualTo(new There("nail", 3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "3", "{\"ok\":\"three\"}", "{\"ok\":", "{\"other\":3}", "{\"ok\":null}"})
    void aResultThatThisVersionCannotReadSaysOfWhatItIs(String reply) {
        assertThatThrownBy(() -> codec.decodeReply(new Add("nail", 3), reply.getBytes(UTF_8)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'Add', version 1");
    }

    // ---- what cannot be read

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hello",
                "null",
                "[]",
                "{}",
                "{\"t\":\"Add\"}",
                "{\"t\":\"Add\",\"v\":1}",
                "{\"t\":\"Add\",\"v\":1,\"c\":null}",
                "{\"t\":\"Add\",\"v\":\"1\",\"c\":{\"item\":\"a\",\"count\":1}}",
                "{\"t\":\"Add\",\"v\":0,\"c\":{\"item\":\"a\",\"count\":1}}",
                "{\"t\":\"Add\",\"v\":99999999999,\"c\":{\"item\":\"a\",\"count\":1}}",
                "{\"t\":\"a name that is far too long for a type and that would be repeated in what is said of a command that cannot"
                        + " be read, so it is none\",\"v\":1,\"c\":{\"item\":\"a\",\"count\":1}}",
                "{\"t\":\"\",\"v\":1,\"c\":{\"item\":\"a\",\"count\":1}}",
                "{\"v\":1,\"t\":\"Add\",\"c\":{\"item\":\"a\",\"count\":1}}",
                "{\"t\":\"Count\",\"v\":1,\"q\":{\"item\":\"a\"}}",
                "{\"t\":\"Add\",\"v\":1,\"c\":{\"item\":\"a\",\"count\":1}} {}",
                "{\"t\":\"Add\",\"v\":1,\"c\":{\"item\":\"a\",\"count\":1},\"x\":1}",
            })
    void bytesThatAreNoCommandAreRefusedAndChangeNothing(String command) {
        assertThat(apply(command))
                .isEqualTo("{\"unreadable\":\"this is no command and no query of a typed state machine\"}");
        assertThat(stock.items()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"item\":\"a\"}",
                "{\"item\":null,\"count\":1}",
                "{\"item\":\"a\",\"count\":null}",
                "{\"item\":\"a\",\"count\":\"1\"}",
                "{\"item\":\"a\",\"count\":1.5}",
                "{\"item\":\"a\",\"count\":true}",
                "{\"item\":5,\"count\":1}",
                "{\"item\":\"half \\ud83d\",\"count\":1}",
                "{\"item\":\"a\",\"count\":99999999999999999999}",
                "{\"item\":\"a\",\"count\":1,\"count\":2}",
                "{\"item\":\"a\",\"count\":1",
                "{\"item\":\"a\",\"size\":1}",
            })
    void whatDoesNotFitTheRecordIsRefusedAndChangesNothing(String body) {
        assertThat(apply("{\"t\":\"Add\",\"v\":1,\"c\":" + body + "}"))
                .isEqualTo("{\"unreadable\":\"this does not fit the record of 'Add', version 1\"}");
        assertThat(stock.items()).isEmpty();
    }

    @Test
    void aBodyThatIsNoJsonIsRefusedWhetherTheTypeIsKnownOrNot() {
        assertThat(apply("{\"t\":\"Remove\",\"v\":1,\"c\":{"))
                .isEqualTo("{\"unreadable\":\"this does not fit the record of 'Remove', version 1\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"BLUE\"", "\"red\"", "0", "\"not for the log\""})
    void anEnumConstantThatThereIsNotIsRefused(String label) {
        assertThat(apply("{\"t\":\"Rename\",\"v\":1,\"c\":{\"from\":\"a\",\"to\":\"b\",\"label\":" + label + "}}"))
                .contains("unreadable");
    }

    @Test
    void whatTheConstructorOfTheRecordRefusesIsRefused() {
        assertThat(apply("{\"t\":\"Rename\",\"v\":1,\"c\":{\"from\":\"\",\"to\":\"b\",\"label\":\"RED\"}}"))
                .isEqualTo("{\"unreadable\":\"this does not fit the record of 'Rename', version 1\"}");
    }

    @Test
    void anyOtherExceptionOfACommandsHandlerIsThrownAndStopsTheServer() {
        apply(new Add("nail", 3));

        assertThatThrownBy(() -> apply(new Add("nail", Long.MAX_VALUE))).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void theCallerOfSomethingUnreadableIsToldSo() {
        byte[] reply = stock.apply(CONTEXT, "hello".getBytes(UTF_8));

        assertThatThrownBy(() -> codec.decodeReply(new Add("nail", 3), reply))
                .isInstanceOfSatisfying(
                        CommandRejected.class,
                        rejected -> assertThat(rejected.reason()).isEqualTo(CommandRejected.Reason.UNREADABLE));
    }

    // ---- what a newer version would understand

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"t\":\"Remove\",\"v\":1,\"c\":{\"item\":\"a\"}} 'Remove', version 1",
                "{\"t\":\"Add\",\"v\":2,\"c\":{\"item\":\"a\",\"count\":1}} 'Add', version 2",
                "{\"t\":\"Add\",\"v\":1,\"c\":{\"item\":\"a\",\"count\":1,\"size\":1}} 'size'",
            })
    void aCommandOfANewerVersionStopsTheServerAndSaysWhatIsUnknown(String commandAndName) {
        int end = commandAndName.lastIndexOf('}') + 1;

        assertThatThrownBy(() -> apply(commandAndName.substring(0, end)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(commandAndName.substring(end).trim())
                .hasMessageContaining("index 7")
                .hasMessageContaining("newer version");
        assertThat(stock.items()).isEmpty();
    }

    @Test
    void aQuestionOfANewerVersionIsRefused() {
        assertThat(text(stock.query("{\"t\":\"Sum\",\"v\":1,\"q\":{}}".getBytes(UTF_8))))
                .isEqualTo("{\"unreadable\":\"this server does not know the type 'Sum', version 1\"}");
    }

    @Test
    void whoWatchesGetsTheCommandsBack() {
        assertThat(codec.decodeCommand(codec.encode(new Add("nail", 3)))).isEqualTo(new Add("nail", 3));
        assertThatThrownBy(() -> codec.decodeCommand("hello".getBytes(UTF_8)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
