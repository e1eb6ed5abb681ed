package io.raftboot.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.Consistency;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads from a server that need not lead (scenario Q6), and what every answer says of its age. */
class FreshnessTest {

    private static RunningStore store;

    @BeforeAll
    static void start() {
        store = RunningStore.start();
    }

    @AfterAll
    static void stop() {
        store.close();
    }

    @BeforeEach
    void write() {
        store.cluster().reset(40);
        store.put("/kv/a", "1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?consistency=linearizable", "?consistency=lease"})
    void whatTheLeaderAnswersIsNotStale(String query) {
        assertThat(staleness(store.get("/kv/a" + query))).isEqualTo("0");
        assertThat(store.cluster().lastRead()).isNotEqualTo(java.util.Optional.of(Consistency.LOCAL));
    }

    @Test // scenario Q4
    void aReadAtTheReadIndexIsAnsweredHereAndNotStale() {
        HttpResponse<String> answer = store.get("/kv/a?consistency=read-index");

        assertThat(staleness(answer)).isEqualTo("0");
        assertThat(answer.headers().firstValue("Raft-Index")).contains("41");
        assertThat(store.cluster().lastRead()).contains(Consistency.LOCAL);
    }

    @Test
    void aWriteIsReadBackAnywhereByItsIndex() {
        HttpResponse<String> answer = store.get("/kv/a?minIndex=41");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Raft-Index")).contains("41");
        assertThat(store.cluster().lastRead()).contains(Consistency.LOCAL);
    }

    @Test
    void anIndexThatDoesNotComeInTimeIsAnErrorAndNoOldAnswer() {
        HttpResponse<String> answer = store.get("/kv/a?consistency=local&minIndex=42");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    }

    @Test
    void aReadWithALimitSaysHowOldTheStateMayBe() {
        assertThat(staleness(store.get("/kv/a?maxStaleness=1h"))).matches("[0-9]+");
        assertThat(staleness(store.get("/kv/a?consistency=local&minIndex=1&maxStaleness=1h")))
                .matches("[0-9]+");
        assertThat(store.get("/kv?prefix=a&maxStaleness=0s").statusCode()).isEqualTo(200);
    }

    @Test
    void aLocalReadOfAServerThatKnowsNothingSaysSo() {
        try (RunningStore fresh = RunningStore.start()) {
            assertThat(staleness(fresh.get("/kv?consistency=local"))).isEqualTo("unknown");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "minIndex=-1",
                "minIndex=x",
                "maxStaleness=soon",
                "maxStaleness=-1s",
                "maxStaleness=2h",
                "minIndex=1&consistency=linearizable",
                "maxStaleness=1s&consistency=lease",
                "maxStaleness=1s&maxStaleness=2s"
            })
    void whatMakesNoSenseIsABadRequest(String query) {
        assertThat(store.get("/kv/a?" + query).statusCode()).isEqualTo(400);
    }

    private static String staleness(HttpResponse<String> answer) {
        return answer.headers().firstValue("Raft-Staleness").orElse("");
    }
}
