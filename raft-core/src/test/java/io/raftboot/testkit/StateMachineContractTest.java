package io.raftboot.testkit;

import static io.raftboot.testkit.StateMachineContractTest.WordList.bytes;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.raftboot.spi.CommandContext;
import io.raftboot.spi.SnapshotWriter;
import io.raftboot.spi.StateMachine;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** A correct state machine keeps the contract, and each kind of wrong one is told so. */
class StateMachineContractTest extends StateMachineContract {

    private Supplier<StateMachine> stateMachines = WordList::new;

    @Override
    protected StateMachine newStateMachine() {
        return stateMachines.get();
    }

    @Override
    protected List<byte[]> commands() {
        return IntStream.range(0, 40).mapToObj(i -> bytes("word" + i)).toList();
    }

    @Override
    protected List<byte[]> queries() {
        return List.of(bytes("all"));
    }

    @Test
    void aStateMachineThatDependsOnSomethingElseIsFound() {
        long[] calls = {0};
        stateMachines = () -> new WordList() {
            @Override
            public byte[] apply(CommandContext context, byte[] command) {
                super.apply(context, command);
                return bytes("" + ++calls[0]);
            }
        };
        assertBroken(this::theSameCommandsGiveTheSameResultsAndTheSameAnswers, "the result of command 1, \"word0\"");
    }

    @Test
    void aStateThatDependsOnSomethingElseIsFound() {
        long[] calls = {0};
        stateMachines = () -> new WordList() {
            @Override
            public byte[] apply(CommandContext context, byte[] command) {
                return super.apply(context, bytes("" + ++calls[0]));
            }
        };
        assertBroken(this::theSameCommandsGiveTheSameResultsAndTheSameAnswers, "the answer to \"all\" after 40");
    }

    @Test
    void aQuestionThatChangesTheStateIsFound() {
        stateMachines = () -> new WordList() {
            @Override
            public byte[] query(byte[] query) {
                byte[] answer = super.query(query);
                words.add("asked");
                return answer;
            }
        };
        assertBroken(this::questionsAndSnapshotsChangeNothing, "asked again");
    }

    @Test
    void aSnapshotThatIsTheLiveStateIsFound() {
        stateMachines = () -> new WordList() {
            @Override
            public SnapshotWriter snapshot() {
                return out -> out.write(query(new byte[0]));
            }
        };
        assertKept(this::aServerThatBeginsWithASnapshotGoesOnLikeTheOthers);
        assertBroken(
                this::aSnapshotIsTheStateAsItWasCapturedWhateverIsAppliedBeforeItIsWritten,
                "the answer to \"all\" after 0");
    }

    @Test
    void aSnapshotThatChangesWhileItIsWrittenIsFound() {
        stateMachines = () -> new WordList() {
            @Override
            public SnapshotWriter snapshot() {
                return out -> {
                    for (String word : words) {
                        out.write(bytes(word + ","));
                    }
                };
            }
        };
        assertThatExceptionOfType(RuntimeException.class)
                .isThrownBy(this::commandsAreAppliedOnTheirOwnThreadWhileASnapshotIsWritten);
    }

    @Test
    void aSnapshotThatForgetsSomethingIsFound() {
        stateMachines = () -> new WordList() {
            @Override
            public SnapshotWriter snapshot() {
                byte[] captured = bytes(String.join(",", words.subList(Math.min(words.size(), 1), words.size())));
                return out -> out.write(captured);
            }
        };
        assertBroken(this::aServerThatBeginsWithASnapshotGoesOnLikeTheOthers, "the answer to \"all\"");
    }

    @Test
    void aSnapshotThatIsAddedToTheStateIsFound() {
        stateMachines = () -> new WordList() {
            @Override
            public void restore(InputStream snapshot) throws IOException {
                List<String> before = List.copyOf(words);
                super.restore(snapshot);
                words.addAll(0, before);
            }
        };
        assertKept(this::aServerThatBeginsWithASnapshotGoesOnLikeTheOthers);
        assertBroken(this::aSnapshotReplacesTheStateAndIsNotAddedToIt, "the answer to \"all\"");
    }

    @Test
    void aRestoreThatTakesOneReadForAllIsFound() {
        stateMachines = () -> new WordList() {
            @Override
            public void restore(InputStream snapshot) throws IOException {
                byte[] buffer = new byte[1 << 16];
                int length = Math.max(0, snapshot.read(buffer));
                super.restore(new ByteArrayInputStream(buffer, 0, length));
            }
        };
        assertBroken(this::aServerThatBeginsWithASnapshotGoesOnLikeTheOthers, "the answer to \"all\"");
    }

    @Test
    void whoClosesTheStreamsIsFound() {
        stateMachines = () -> new WordList() {
            @Override
            public SnapshotWriter snapshot() {
                SnapshotWriter captured = super.snapshot();
                return out -> {
                    captured.writeTo(out);
                    out.close();
                };
            }
        };
        assertBroken(this::aServerThatBeginsWithASnapshotGoesOnLikeTheOthers, "closed by the writer");
        stateMachines = () -> new WordList() {
            @Override
            public void restore(InputStream snapshot) throws IOException {
                super.restore(snapshot);
                snapshot.close();
            }
        };
        assertBroken(this::aServerThatBeginsWithASnapshotGoesOnLikeTheOthers, "closed by the state machine");
    }

    @Test
    void whoChangesACommandIsFound() {
        stateMachines = () -> new WordList() {
            @Override
            public byte[] apply(CommandContext context, byte[] command) {
                byte[] result = super.apply(context, command);
                command[0] = 'x';
                return result;
            }
        };
        assertBroken(this::commandsAndQuestionsAreNotChanged, "the commands, afterwards");
    }

    @Test
    void aDifferenceFarBehindInALongAnswerIsFound() {
        long[] calls = {0};
        stateMachines = () -> new WordList() {
            @Override
            public byte[] query(byte[] query) {
                return bytes("x".repeat(5000) + ++calls[0]);
            }
        };
        assertBroken(this::theSameCommandsGiveTheSameResultsAndTheSameAnswers, "the answer to \"all\" after 40");
    }

    @Test
    void questionsThatSeeNothingAreFound() {
        stateMachines = () -> new WordList() {
            @Override
            public byte[] query(byte[] query) {
                return bytes("");
            }
        };
        assertBroken(this::thereIsSomethingToTest, "the questions see nothing");
    }

    private static void assertKept(ThrowingCallable test) {
        assertThatCode(test).doesNotThrowAnyException();
    }

    private static void assertBroken(ThrowingCallable test, String reason) {
        assertThatExceptionOfType(AssertionError.class).isThrownBy(test).withMessageContaining(reason);
    }

    /** The state machine that the tests of the kit are made with: it remembers every word and answers with how many there are. */
    static class WordList implements StateMachine {

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
}
