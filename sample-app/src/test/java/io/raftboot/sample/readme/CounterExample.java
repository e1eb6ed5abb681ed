package io.raftboot.sample.readme;

import io.raftboot.model.Consistency;
import io.raftboot.model.RequestId;
import io.raftboot.spring.LeaderOnly;
import io.raftboot.spring.RaftLeadership;
import io.raftboot.spring.RaftTemplate;
import io.raftboot.spring.typed.RaftCommand;
import io.raftboot.spring.typed.RaftQuery;
import io.raftboot.spring.typed.Reply;
import io.raftboot.spring.typed.TypedStateMachine;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** A whole application. It is an interface so that what is in it reads as if it stood alone. */
interface CounterExample {

    record Increment(String name, long by) implements RaftCommand<Long> {}

    record Current(String name) implements RaftQuery<Long> {}

    @Component
    class Counters extends TypedStateMachine<Map<String, Long>> {
        private final Map<String, Long> counters = new TreeMap<>();

        Counters() {
            on(Increment.class, (context, command) -> counters.merge(command.name(), command.by(), Long::sum));
            answer(Current.class, query -> counters.getOrDefault(query.name(), 0L));
        }

        @Override
        protected Map<String, Long> capture() {
            return new TreeMap<>(counters);
        }

        @Override
        protected void restore(Map<String, Long> state) {
            counters.clear();
            counters.putAll(state);
        }
    }

    @RestController
    record CounterController(RaftTemplate raft) {
        @PostMapping("/counters/{name}")
        CompletableFuture<Long> increment(@PathVariable String name) {
            return raft.submit(new Increment(name, 1)).thenApply(Reply::value);
        }

        @GetMapping("/counters/{name}")
        CompletableFuture<Long> current(@PathVariable String name) {
            return raft.query(new Current(name), Consistency.LINEARIZABLE).thenApply(Reply::value);
        }
    }

    @Component
    record Orders(RaftTemplate raft) {
        Reply<Long> reserve(String item, String order) {
            return raft.submitAndWait(new Increment(item, -1), new RequestId(order), Duration.ofSeconds(2));
        }
    }

    /** Whoever takes the money. */
    interface Payments {

        void charge(long token);
    }

    @Component
    class Billing {
        private final RaftLeadership leadership;
        private final Payments payments;

        Billing(RaftLeadership leadership, Payments payments) {
            this.leadership = leadership;
            this.payments = payments;
        }

        @Scheduled(fixedDelay = 60_000)
        @LeaderOnly
        void chargeCustomers() {
            payments.charge(leadership.token());
        }
    }
}
