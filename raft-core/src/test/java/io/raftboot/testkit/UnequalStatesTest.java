package io.raftboot.testkit;

import static io.raftboot.testkit.StateMachineContractTest.WordList.bytes;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.raftboot.model.NodeId;
import io.raftboot.spi.CommandContext;
import io.raftboot.testkit.StateMachineContractTest.WordList;
import org.junit.jupiter.api.Test;

/** What a cluster finds out about a state machine that is not as it should be. */
class UnequalStatesTest {

    private static final byte[] EVERYTHING = {};

    @Test
    void aStateMachineThatFailsFailsTheTest() {
        RaftTestCluster<WordList> failing = RaftTestCluster.of(3, () -> new WordList() {
            @Override
            public byte[] apply(CommandContext context, byte[] command) {
                throw new UnsupportedOperationException("not yet");
            }
        });
        failing.awaitLeader();

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> failing.submit(bytes("a")))
                .withMessageContaining("has failed")
                .withCauseInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void aStateMachineThatIsNotDeterministicIsFoundWithTheFirstCommandItDiffersOn() {
        int[] instances = {0};
        RaftTestCluster<WordList> differing = RaftTestCluster.of(3, () -> new WordList() {
            private final int number = ++instances[0];

            @Override
            public byte[] apply(CommandContext context, byte[] command) {
                byte[] result = super.apply(context, command);
                return number == 2 && words.size() >= 2 ? bytes("surprise") : result;
            }
        });
        differing.awaitLeader();
        differing.submit(bytes("a"));
        differing.assertEqualStates();

        long index = differing.status(NodeId.of("n1")).lastLogIndex() + 1;
        differing.submit(bytes("b"));
        differing.submit(bytes("c"));

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(differing::assertEqualStates)
                .withMessageContaining("not deterministic: index " + index + ", command \"b\"")
                .withMessageContaining("n2 answered \"surprise\"")
                .withMessageContaining("answered \"2\"");
    }

    @Test
    void statesThatDifferAreFoundEvenIfTheResultsAreEqual() {
        int[] instances = {0};
        RaftTestCluster<WordList> differing = RaftTestCluster.of(3, () -> new WordList() {
            private final int number = ++instances[0];

            @Override
            public byte[] apply(CommandContext context, byte[] command) {
                return super.apply(context, number == 3 ? bytes("x") : command);
            }
        });
        differing.awaitLeader();
        differing.submit(bytes("a"));

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> differing.assertEqualStates(EVERYTHING))
                .withMessageContaining("differ: {n1=\"a\", n2=\"a\", n3=\"x\"}");
    }

    @Test
    void aReplayThatGivesOtherResultsThanTheFirstTimeIsFound() {
        int[] lives = {0};
        RaftTestCluster<WordList> forgetful = RaftTestCluster.of(1, () -> {
            WordList made = new WordList();
            if (++lives[0] > 1) {
                made.words.add("left over");
            }
            return made;
        });
        NodeId only = forgetful.awaitLeader();
        forgetful.submit(bytes("a"));
        forgetful.crash(only);
        forgetful.restart(only);
        forgetful.awaitLeader();

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(forgetful::assertEqualStates)
                .withMessageContaining("n1 answered \"1\" and n1 answered \"2\"");
    }

    @Test
    void aCommandThatIsChangedWhileItIsAppliedIsFound() {
        RaftTestCluster<WordList> careless = RaftTestCluster.of(3, () -> new WordList() {
            @Override
            public byte[] apply(CommandContext context, byte[] command) {
                byte[] result = super.apply(context, command);
                command[0]++;
                return result;
            }
        });
        careless.awaitLeader();
        careless.submit(bytes("a"));

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(careless::assertEqualStates)
                .withMessageContaining("was given \"a\"")
                .withMessageContaining("was given \"b\"");
    }
}
