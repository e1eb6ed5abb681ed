package io.raftboot.spring.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.Identity;
import io.raftboot.model.Message;
import io.raftboot.model.NodeId;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A server that has founded another cluster says who takes it for a member of the old one. */
class ClaimsTest {

    private static final NodeId N1 = NodeId.of("n1");
    private static final NodeId N2 = NodeId.of("n2");
    private static final String CLAIM = "it takes this server for a member of its cluster cluster-2";

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private final Claims claims = new Claims(now::get);
    private final Identity self = TestNode.identity("n2", "second");

    private static CallHeaders call(String from) {
        return new CallHeaders(
                "cluster-2", NodeId.of(from), "first", N2, Optional.empty(), 0, Introduced.NOBODY, Optional.empty());
    }

    private static TestNode node(String id, String cluster) {
        return TestNode.of(
                new Identity(cluster, "default", NodeId.of(id), "first-" + id),
                TestNode.settings(Optional.of(TestNode.SECRET)),
                new MemoryIncarnations());
    }

    // bug R44
    @Test
    void whoTakesThisServerForAMemberOfItsClusterIsNamedAndRefused() throws InterruptedException {
        try (TestNode member = node("n1", "cluster-2");
                TestNode founder = node("n2", "cluster-1")) {
            member.knows(founder.member());
            member.transport.send(new Message.RequestVote(N1, N2, 5, 1, 3, 2, false, false));

            assertThat(member.receiver.nextUnreachable()).isEqualTo(N2);
            assertThat(founder.transport.claims()).containsExactly(Map.entry(N1, CLAIM));
            assertThat(founder.receiver.messages).isEmpty();
            assertThat(founder.incarnations.size()).isZero();
            assertThat(member.transport.refusals()).containsOnlyKeys(N2);
            assertThat(member.transport.claims()).isEmpty();
        }
    }

    // threat S5
    @Test
    void aCallForAnotherServerOrWithoutTheSecretClaimsNothing() {
        try (TestNode founder = TestNode.of("n2")) {
            assertThat(WireCall.unsigned(founder)
                            .with("Raft-Cluster", "cluster-2")
                            .send()
                            .statusCode())
                    .isEqualTo(401);
            assertThat(founder.transport.claims()).isEmpty();
        }
        try (TestNode open = TestNode.of("n2", TestNode.settings(Optional.empty()))) {
            assertThat(WireCall.unsigned(open)
                            .with("Raft-Cluster", "cluster-2")
                            .with("Raft-To", "n3")
                            .send()
                            .statusCode())
                    .isEqualTo(412);
            assertThat(open.transport.claims()).isEmpty();
        }
    }

    @Test
    void aServerThatWaitsToBeAddedIsClaimedByNobody() {
        claims.note(call("n1"), new Identity("", "default", N2, "first-n2"));

        assertThat(claims.recent()).isEmpty();
    }

    @Test
    void aClaimIsForgottenAMinuteAfterTheLastCall() {
        claims.note(call("n1"), self);
        now.addAndGet(Claims.MEMORY.toNanos());
        assertThat(claims.recent()).containsKey(N1);
        claims.note(call("n1"), self);
        now.addAndGet(Claims.MEMORY.toNanos());
        assertThat(claims.recent()).containsKey(N1);

        now.incrementAndGet();
        assertThat(claims.recent()).isEmpty();
    }

    @Test
    void ofTooManyCallersTheFirstIsForgotten() {
        for (int i = 0; i <= Claims.MAX_CALLERS; i++) {
            claims.note(call("s" + i), self);
        }

        assertThat(claims.recent())
                .hasSize(Claims.MAX_CALLERS)
                .doesNotContainKey(NodeId.of("s0"))
                .containsKey(NodeId.of("s1"));
    }
}
