package io.raftboot.benchmarks;

import io.raftboot.spi.StateMachine;
import io.raftboot.spring.RaftTemplate;
import java.time.Duration;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** A server that puts load on its cluster when it is told to; the scripts beside this module drive it. */
@SpringBootApplication
public class BenchmarkServer {

    /** Starts it. */
    public static void main(String[] arguments) {
        SpringApplication.run(BenchmarkServer.class, arguments);
    }

    @Bean
    StateMachine blobs() {
        return new Blobs();
    }

    /** The loads. */
    @RestController
    record Loads(RaftTemplate raft) {

        @PostMapping("/flood")
        Load.Outcome flood(
                @RequestParam(defaultValue = "0") long from,
                @RequestParam long count,
                @RequestParam int bytes,
                @RequestParam int window)
                throws InterruptedException {
            return new Load(raft).flood(from, count, bytes, window);
        }

        @PostMapping("/steady")
        SteadyLoad.Outcome steady(
                @RequestParam boolean reads,
                @RequestParam int window,
                @RequestParam int bytes,
                @RequestParam int keys,
                @RequestParam int seconds)
                throws InterruptedException {
            SteadyLoad load = new SteadyLoad(raft, reads, window, bytes);
            return load.run(keys, Duration.ofSeconds(seconds));
        }

        @PostMapping("/trickle")
        Load.Outcome trickle(@RequestParam int seconds, @RequestParam int intervalMillis, @RequestParam int bytes)
                throws InterruptedException {
            return new Load(raft).trickle(Duration.ofSeconds(seconds), Duration.ofMillis(intervalMillis), bytes);
        }
    }
}
