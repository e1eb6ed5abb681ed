package io.raftboot.consensus;

import static io.raftboot.consensus.Fixtures.N1;
import static io.raftboot.consensus.Fixtures.N2;
import static io.raftboot.consensus.Fixtures.log;
import static io.raftboot.consensus.Rpc.rpc;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.Message.RequestVote;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** §5.4.1: only a server whose log has everything that is committed is elected. */
class ElectionRestrictionTest {

    // The voter's log is 1, 2, 2; its last entry has index 3 and term 2.
    @ParameterizedTest(name = "last {0}:{1} is granted: {2}")
    @CsvSource({
        "3, 2, true", // the same log
        "4, 2, true", // a longer one
        "2, 2, false", // a shorter one
        "1, 3, true", // a later last term beats a longer log
        "9, 1, false", // an earlier last term never does
        "3, 3, true",
        "3, 1, false",
        "0, 0, false"
    }) // scenarios E6, V2; bug G31
    void aVoterRefusesACandidateWhoseLogIsBehindItsOwn(long lastLogIndex, long lastLogTerm, boolean granted) {
        Server voter = Server.follower(3, log(1, 2, 2));
        assertThat(voter.answers(rpc(N2, N1, 4, 1).requestVote(lastLogIndex, lastLogTerm)))
                .containsExactly(rpc(N1, N2, 4, 1).vote(granted));

        Server asked = Server.follower(3, log(1, 2, 2));
        assertThat(asked.answers(rpc(N2, N1, 4, 1).requestPreVote(lastLogIndex, lastLogTerm)))
                .containsExactly(rpc(N1, N2, 3, 1).preVote(granted));
    }

    @Test
    void aCandidateNamesItsLastEntry() {
        List<RequestVote> requests = Server.follower(6, log(1, 4, 4)).becomeCandidate();

        assertThat(requests).hasSize(2).allSatisfy(request -> {
            assertThat(request.lastLogIndex()).isEqualTo(3);
            assertThat(request.lastLogTerm()).isEqualTo(4);
            assertThat(request.term()).isEqualTo(7);
        });
    }

    @Test
    void theOwnUncommittedEntriesCountToo() {
        Server voter = Server.follower(3, log(1));
        voter.step(rpc(N2, N1, 3, 1).append(1, 1, 0, log(1, 3).subList(1, 2)));
        voter.ticks(100);

        assertThat(voter.answers(rpc(N2, N1, 4, 1).requestVote(1, 1)))
                .containsExactly(rpc(N1, N2, 4, 1).vote(false));
    }
}
