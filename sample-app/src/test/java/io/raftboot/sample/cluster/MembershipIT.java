package io.raftboot.sample.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes that come and go while clients count up. */
class MembershipIT {

    @TempDir
    Path directory;

    @Test // scenario M11, bug R45
    void aClusterGrowsAndShrinksUnderLoadAndNothingIsLostOrCountedTwice() throws Exception {
        try (ProcessCluster cluster = new ProcessCluster(directory, 1, 5).startAll()) {
            ProcessCluster.await("n1 leads", () -> cluster.role("n1").equals("LEADER"));
            try (Load load = new Load(cluster, 2, () -> List.of("n1"))) {
                growAndShrink(cluster);
                assertThat(load.stop()).isEqualTo(load.sum("n1")).isPositive();
            }
            for (String removed : List.of("n2", "n3", "n4", "n5")) {
                ProcessCluster.await(
                        removed + " knows that it is out",
                        () -> cluster.role(removed).equals("REMOVED"));
            }
        }
    }

    private static void growAndShrink(ProcessCluster cluster) throws Exception {
        Operator operator = new Operator(cluster, "n1");
        cluster.startJoining("n2");
        cluster.startJoining("n3");
        operator.add("n2");
        operator.awaitVoters("n1", "n2");
        new Operator(cluster, "n2").add("n3");
        operator.awaitVoters("n1", "n2", "n3");
        cluster.startJoining("n4");
        cluster.startJoining("n5");
        operator.replace("n1", "n2", "n3", "n4", "n5");
        operator.replace("n1", "n4", "n5");
        new Operator(cluster, "n5").remove("n4");
        operator.remove("n5");
        operator.awaitVoters("n1");
    }
}
