package io.raftboot.benchmarks;

import io.raftboot.spi.StateMachine;
import io.raftboot.spring.RaftTemplate;
import java.time.Duration;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** A server that puts load on its cluster when it is told to; the scripts beside this module drive it. */
@SpringBootApplication
public class BenchmarkServer {

    private static final String MILLION = "1000000";
    private static final String NO_LIMIT = "" + Long.MAX_VALUE;

    /** Starts it. */
    public static void main(String[] arguments) {
        SpringApplication.run(BenchmarkServer.class, arguments);
    }

    @Bean
    StateMachine blobs() {
        return new Blobs();
    }

    /** A disk whose syncs take longer, as those of others do; a property of the benchmark asks for it. */
    @Bean
    static SlowDisk.Processor slowDisk(Environment environment) {
        return new SlowDisk.Processor(
                Duration.ofMillis(environment.getProperty("benchmarks.sync-delay-millis", Long.class, 0L)));
    }

    /** The loads. */
    @RestController
    record Loads(RaftTemplate raft) {

        @PostMapping("/flood")
        Load.Outcome flood(
                @RequestParam(defaultValue = "0") long from,
                @RequestParam long count,
                @RequestParam int bytes,
                @RequestParam int window,
                @RequestParam(defaultValue = MILLION) int keys,
                @RequestParam(defaultValue = "false") boolean named)
                throws InterruptedException {
            return new Load(raft, keys).flood(from, count, bytes, window, named);
        }

        @PostMapping("/steady")
        SteadyLoad.Outcome steady(
                @RequestParam boolean reads,
                @RequestParam int window,
                @RequestParam int bytes,
                @RequestParam int keys,
                @RequestParam int seconds,
                @RequestParam(defaultValue = NO_LIMIT) long most)
                throws InterruptedException {
            SteadyLoad load = new SteadyLoad(raft, reads, window, bytes);
            return load.run(keys, Duration.ofSeconds(seconds), most);
        }

        @PostMapping("/trickle")
        Load.Outcome trickle(@RequestParam int seconds, @RequestParam int intervalMillis, @RequestParam int bytes)
                throws InterruptedException {
            return new Load(raft, Integer.parseInt(MILLION))
                    .trickle(Duration.ofSeconds(seconds), Duration.ofMillis(intervalMillis), bytes);
        }
    }
}
