package io.raftboot.spring.http;

import java.util.EnumMap;
import java.util.Map;

/** An {@link Outbox} for each kind of freight to one peer. Any thread. */
final class Outboxes {

    private final Map<Freight, Outbox> outboxes = new EnumMap<>(Freight.class);

    Outboxes(Peer peer, PeerJson json, PeerHttpSettings settings) {
        for (Freight freight : Freight.values()) {
            outboxes.put(freight, new Outbox(peer, json, settings));
        }
    }

    void offer(ForwardedCall call) {
        Outbox outbox = outboxes.get(call.freight());
        if (outbox != null) {
            outbox.offer(call);
        }
    }
}
