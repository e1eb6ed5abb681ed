package io.raftboot.spring.autoconfigure;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.LostState;
import org.junit.jupiter.api.Test;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.io.support.SpringFactoriesLoader;

class LostStateFailureAnalyzerTest {

    @Test
    void theOperatorReadsWhatIsLostWhereAndHowTheServerComesBack() {
        LostState failure = new LostState("no snapshot in /data/n1/snapshots can be read", 7, 12);

        FailureAnalysis analysis =
                requireNonNull(new LostStateFailureAnalyzer().analyze(new IllegalStateException(failure)));

        assertThat(analysis.getDescription()).contains("raft.data-dir", "/data/n1/snapshots", ".damaged");
        assertThat(analysis.getAction()).contains("from 7 to 12", "another server", "raft.restore-from");
        assertThat(SpringFactoriesLoader.forDefaultResourceLocation()
                        .load(FailureAnalyzer.class, (type, name, problem) -> {}))
                .hasAtLeastOneElementOfType(LostStateFailureAnalyzer.class);
    }
}
