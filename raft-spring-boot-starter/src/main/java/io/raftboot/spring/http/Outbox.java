package io.raftboot.spring.http;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * What waits to be forwarded to one peer, of one kind of freight. Nothing waits for company: whoever is free to make a call takes
 * all that has piled up while the calls before were under way. Any thread.
 */
final class Outbox {

    /** The most calls under way. */
    static final int MAX_CALLS = 8;

    /** The most bytes of JSON that travel together; one that is larger travels alone. */
    static final int MAX_BYTES = 1 << 20;

    private final Peer peer;
    private final PeerJson json;
    private final int maxWaiting;
    private final long maxBytes;
    private final ArrayDeque<ForwardedCall> waiting = new ArrayDeque<>();
    private int senders;
    /** How many may travel together: one until the peer has said that it takes more. */
    private int most = 1;

    Outbox(Peer peer, PeerJson json, PeerHttpSettings settings) {
        this.peer = peer;
        this.json = json;
        maxWaiting = settings.maxPendingCommands();
        maxBytes = Math.min(MAX_BYTES, settings.maxBodyBytes() / 2);
    }

    /** Has it sent, or ends it if too many wait. Never blocks. */
    void offer(ForwardedCall call) {
        switch (put(call)) {
            case REFUSED -> call.dropped();
            case NEEDS_SENDER -> peer.offer(LaneKind.FORWARDING, new Sender());
            case WAITS -> call.ringAfter(call.left(), () -> withdraw(call));
        }
    }

    private enum Put {
        REFUSED,
        NEEDS_SENDER,
        WAITS
    }

    private synchronized Put put(ForwardedCall call) {
        if (waiting.size() >= maxWaiting) {
            return Put.REFUSED;
        }
        waiting.addLast(call);
        if (senders == MAX_CALLS) {
            return Put.WAITS;
        }
        senders++;
        return Put.NEEDS_SENDER;
    }

    /** Takes a call back whose time is up. @return false if it is on its way */
    private synchronized boolean withdraw(ForwardedCall call) {
        return waiting.remove(call);
    }

    /** What travels next. Nothing: nobody waits, and the sender who asks has ended. */
    private synchronized List<ForwardedCall> take() {
        List<ForwardedCall> taken = new ArrayList<>();
        long bytes = 0;
        while (!waiting.isEmpty() && taken.size() < most) {
            bytes += waiting.getFirst().bytesOnTheWire();
            if (bytes > maxBytes && !taken.isEmpty()) {
                break;
            }
            taken.add(waiting.removeFirst());
        }
        if (taken.isEmpty()) {
            senders--;
        }
        return taken;
    }

    private synchronized List<ForwardedCall> takeAll() {
        senders--;
        List<ForwardedCall> all = List.copyOf(waiting);
        waiting.clear();
        return all;
    }

    private synchronized void heed(SharedCall.Advice advice, int sent) {
        most = switch (advice) {
            case ONE -> 1;
            case FEWER -> Math.max(1, sent / 2);
            case MORE -> Math.min(CallsTogether.MAX_CALLS, 2 * most);
        };
    }

    /** Makes one call after the other, and takes its place in the lane again each time: a lane that is closed ends it. */
    private final class Sender implements Lane.Task {

        @Override
        public void run() {
            List<ForwardedCall> taken = take();
            if (taken.isEmpty()) {
                return;
            }
            try {
                send(taken);
            } finally {
                peer.offer(LaneKind.FORWARDING, this);
            }
        }

        /** The lane is closed, and is wide enough for all senders: the peer has left or moved, or this server stops. */
        @Override
        public void dropped() {
            takeAll().forEach(ForwardedCall::notSent);
        }
    }

    private void send(List<ForwardedCall> taken) {
        List<ForwardedCall> inTime = new ArrayList<>(taken.size());
        for (ForwardedCall call : taken) {
            if (call.left().compareTo(Duration.ZERO) <= 0) {
                call.notSent();
            } else {
                inTime.add(call);
            }
        }
        if (!inTime.isEmpty()) {
            new SharedCall(peer, inTime, json, advice -> heed(advice, inTime.size())).make();
        }
    }
}
