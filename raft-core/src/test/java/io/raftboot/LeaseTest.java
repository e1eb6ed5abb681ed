package io.raftboot;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.Message;
import io.raftboot.model.Message.AppendEntries;
import io.raftboot.model.Message.AppendEntriesReply;
import io.raftboot.model.Message.RequestVote;
import io.raftboot.model.Message.RequestVoteReply;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftConfig;
import io.raftboot.model.RaftRole;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Bug R38: a lease ends by itself, whatever the server that holds it is doing. The election timeout is 1 s, so it lasts 0.8 s. */
class LeaseTest {

    private static final NodeId N1 = new NodeId("n1");
    private static final Duration JUST_UNDER = Duration.ofMillis(785);

    @Test
    void itLastsEightTenthsOfAnElectionTimeoutAndLessWhereHeartbeatsAreRare() {
        RaftConfig rare = new RaftConfig(
                N1,
                Duration.ofSeconds(1),
                Duration.ofMillis(330),
                RaftConfig.defaults(N1).leadership(),
                Duration.ofSeconds(5),
                100,
                10,
                1000,
                RaftConfig.defaults(N1).snapshots(),
                RaftConfig.defaults(N1).sessions(),
                true);

        assertThat(new Lease(RaftConfig.defaults(N1)).lengthNanos())
                .isEqualTo(Duration.ofMillis(800).toNanos());
        assertThat(new Lease(rare).lengthNanos()).isBetween(550_000_000L, 600_000_000L);
    }

    // bug R55
    @Test
    void aServerWhoseThreadHangsHoldsItNoLonger() {
        LoopUnderTest server = new LoopUnderTest("n1");
        server.pass(Duration.ofSeconds(3));
        assertThat(term(server)).hasValue(1);

        server.ticker.advance(JUST_UNDER);
        assertThat(term(server)).hasValue(1);
        server.ticker.advance(Duration.ofMillis(35));

        assertThat(term(server)).isEmpty();
        server.turn();
        server.turn();
        assertThat(term(server)).hasValue(1);
    }

    @Test
    void aLeaderWithoutAnAnswerOfAMajorityHoldsNone() {
        LoopUnderTest server = elected();

        assertThat(term(server)).isEmpty();
        answer(server, appends(server));
        assertThat(term(server)).hasValue(1);
    }

    @Test
    void itCountsFromWhenTheMessageWasSentAndNotFromItsAnswer() {
        LoopUnderTest server = elected();
        List<AppendEntries> first = appends(server);

        server.ticker.advance(Duration.ofMillis(600));
        answer(server, first);
        assertThat(term(server)).hasValue(1);
        server.ticker.advance(Duration.ofMillis(220));

        assertThat(term(server)).isEmpty();
    }

    @Test
    void answersThatWereReadAfterAPauseAreAsOldAsTheirQuestions() {
        LoopUnderTest server = elected();
        answer(server, appends(server));
        server.sent.clear();
        server.pass(Duration.ofMillis(200));
        List<AppendEntries> beforeThePause = appends(server);

        server.ticker.advance(Duration.ofMillis(1500));
        assertThat(term(server)).isEmpty();
        answer(server, beforeThePause);

        assertThat(server.loop.view().role()).isEqualTo(RaftRole.LEADER);
        assertThat(term(server)).isEmpty();
    }

    @Test
    void afterAWhileWithoutAnswersItIsHeldAgainFromTheNextOneOn() {
        LoopUnderTest server = elected();
        answer(server, appends(server));
        server.pass(Duration.ofMillis(850));
        assertThat(term(server)).isEmpty();

        answer(server, appends(server));

        assertThat(term(server)).hasValue(1);
    }

    @Test
    void howeverLongNobodyAnswersOnlySoManyMomentsAreRemembered() {
        LoopUnderTest server = elected();
        long now = server.ticker.nanoTime();
        long apart = server.config.electionTimeout().toNanos() / 100;
        for (int i = 0; i < 2 * Lease.MAX_MARKS; i++) {
            server.lease.renew(server.consensus, now + i * apart);
        }

        assertThat(server.lease.marks()).isEqualTo(Lease.MAX_MARKS);
        answer(server, appends(server));
        assertThat(term(server)).hasValue(1);
    }

    private static OptionalLong term(LoopUnderTest server) {
        return server.lease.term(server.ticker.nanoTime());
    }

    private static LoopUnderTest elected() {
        LoopUnderTest server = new LoopUnderTest("n1", "n2", "n3");
        while (server.loop.view().role() != RaftRole.LEADER) {
            server.pass(Duration.ofMillis(10));
            for (Message message : List.copyOf(server.sent)) {
                if (message instanceof RequestVote rpc) {
                    server.receive(new RequestVoteReply(
                            rpc.to(), N1, rpc.preVote() ? 0 : 1, rpc.round(), rpc.preVote(), true));
                }
            }
        }
        return server;
    }

    private static List<AppendEntries> appends(LoopUnderTest server) {
        List<AppendEntries> found = new ArrayList<>();
        for (Message message : server.sent) {
            if (message instanceof AppendEntries rpc) {
                found.add(rpc);
            }
        }
        return found;
    }

    private static void answer(LoopUnderTest server, List<AppendEntries> appends) {
        appends.forEach(rpc -> server.receive(AppendEntriesReply.accepted(rpc, rpc.term())));
    }
}
