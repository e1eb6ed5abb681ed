package io.raftboot.spring.actuate;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.raftboot.model.RaftRole;
import io.raftboot.model.RaftStatus;
import io.raftboot.model.RaftStatus.CatchUp;
import io.raftboot.model.RaftStatus.Replication;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** Gauges over the status of a server. They carry no tags: the registry's common tags say which instance it is. */
public final class RaftMeters implements MeterBinder {

    private final Supplier<RaftStatus> status;

    /** @param status the server's status */
    public RaftMeters(Supplier<RaftStatus> status) {
        this.status = status;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        gauge(registry, "raft.term", "Current term", RaftStatus::term);
        gauge(
                registry,
                "raft.leader",
                "Whether this server leads, 0 or 1",
                view -> view.role() == RaftRole.LEADER ? 1 : 0);
        gauge(registry, "raft.commit.index", "Last entry known to be committed", RaftStatus::commitIndex);
        gauge(registry, "raft.applied.index", "Last entry applied to the state machine", RaftStatus::lastApplied);
        gauge(
                registry,
                "raft.log.entries",
                "Entries in the log",
                view -> view.lastLogIndex() - view.firstLogIndex() + 1);
        gauge(registry, "raft.snapshot.index", "Last entry in the newest snapshot", RaftStatus::snapshotIndex);
        gauge(
                registry,
                "raft.diverged",
                "Whether this server's state is known not to be that of the others, 0 or 1",
                view -> view.divergedAt().isPresent() ? 1 : 0);
        gauge(
                registry,
                "raft.disk.full",
                "Whether there is so little room on the disk that no commands are taken, 0 or 1",
                view -> view.diskFull() ? 1 : 0);
        gauge(
                registry,
                "raft.diverged.servers",
                "Servers of which this leader knows that, 0 if it does not lead",
                RaftMeters::divergedServers);
        bytes(
                registry,
                "raft.snapshot.download.bytes",
                "What has arrived of the snapshot this server catches up with, 0 if it does not",
                CatchUp::receivedBytes);
        bytes(
                registry,
                "raft.snapshot.download.size",
                "Size of the snapshot this server catches up with, 0 if it does not",
                CatchUp::totalBytes);
    }

    private static long divergedServers(RaftStatus view) {
        return view.members().stream()
                .flatMap(member -> member.replication().flatMap(Replication::divergedAt).stream())
                .count();
    }

    private void bytes(MeterRegistry registry, String name, String description, ToLongFunction<CatchUp> value) {
        Gauge.builder(
                        name,
                        () -> status.get()
                                .catchUp()
                                .map(catchUp -> value.applyAsLong(catchUp))
                                .orElse(0L))
                .description(description)
                .baseUnit(BaseUnits.BYTES)
                .register(registry);
    }

    private void gauge(MeterRegistry registry, String name, String description, ToDoubleFunction<RaftStatus> value) {
        Gauge.builder(name, () -> value.applyAsDouble(status.get()))
                .description(description)
                .register(registry);
    }
}
