package io.raftboot.spring.typed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.model.NodeId;
import io.raftboot.model.RequestId;
import io.raftboot.model.Result;
import io.raftboot.spring.typed.Stock.Add;
import io.raftboot.spring.typed.Stock.Count;
import io.raftboot.spring.typed.Stock.Take;
import io.raftboot.testkit.RaftTestCluster;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three servers with a typed state machine. */
class TypedClusterTest {

    private final RaftTestCluster<Stock> cluster = RaftTestCluster.of(3, Stock::new);
    private final TypedCodec codec = new Stock().codec();
    private final byte[] count = codec.encode(new Count("nail"));

    @BeforeEach
    void awaitLeader() {
        cluster.awaitLeader();
    }

    private <R> R submit(RaftCommand<R> command) {
        return codec.decodeReply(command, cluster.submit(codec.encode(command)));
    }

    private <R> R ask(RaftQuery<R> query) {
        return codec.decodeReply(query, cluster.query(codec.encode(query)));
    }

    @Test
    void whatWasAppliedIsThereAfterTheCrashOfTheLeader() {
        assertThat(submit(new Add("nail", 3))).isEqualTo(3L);
        NodeId leader = cluster.awaitLeader();

        cluster.crash(leader);
        cluster.awaitLeader();

        assertThat(ask(new Count("nail"))).contains(3L);
        cluster.restart(leader);
        cluster.assertEqualStates(count);
    }

    @Test
    void aRejectedCommandIsRejectedAlikeEverywhereAndHoldsUpNobody() {
        submit(new Add("nail", 3));

        assertThatThrownBy(() -> submit(new Take("nail", 4, Optional.empty())))
                .isInstanceOf(CommandRejected.class)
                .hasMessage("there are not so many: nail");

        assertThat(submit(new Take("nail", 3, Optional.empty()))).isZero();
        cluster.assertEqualStates(count);
    }

    @Test
    void aCommandThatCannotBeReadIsAnErrorAlikeEverywhereAndHoldsUpNobody() {
        for (String bytes : new String[] {"hello", "", "{\"t\":\"Add\",\"v\":1,\"c\":{\"item\":\"nail\"}}"}) {
            byte[] reply = cluster.submit(bytes.getBytes(UTF_8));
            assertThatThrownBy(() -> codec.decodeReply(new Add("nail", 1), reply))
                    .as(bytes)
                    .isInstanceOf(CommandRejected.class);
        }

        assertThat(submit(new Add("nail", 3))).isEqualTo(3L);
        cluster.assertEqualStates(count);
    }

    @Test
    void aCommandUnderARequestIdIsAppliedOnceAndGivesTheFirstResultAgain() {
        Add add = new Add("nail", 3);
        RequestId id = new RequestId("order-4711");
        Result first = cluster.submit(codec.encode(add), id);
        submit(new Add("nail", 1));

        Result again = cluster.submit(codec.encode(add), id);

        assertThat(again).isEqualTo(first.again());
        assertThat(codec.decodeReply(add, again.value())).isEqualTo(3L);
        assertThat(ask(new Count("nail"))).contains(4L);
    }

    @Test
    void aRefusalUnderARequestIdIsGivenAgainToo() {
        Take take = new Take("nail", 3, Optional.empty());
        RequestId id = new RequestId("order-4711");
        byte[] refused = cluster.submit(codec.encode(take), id).value();
        submit(new Add("nail", 5));

        assertThat(cluster.submit(codec.encode(take), id).value()).isEqualTo(refused);
        assertThat(ask(new Count("nail"))).contains(5L);
    }

    @Test
    void aCommandOfAnUnknownTypeStopsTheServerAndSaysWhich() {
        byte[] newer = "{\"t\":\"Remove\",\"v\":1,\"c\":{}}".getBytes(UTF_8);

        assertThatThrownBy(() -> cluster.submit(newer))
                .isInstanceOf(AssertionError.class)
                .hasStackTraceContaining("the type 'Remove', version 1");
    }
}
