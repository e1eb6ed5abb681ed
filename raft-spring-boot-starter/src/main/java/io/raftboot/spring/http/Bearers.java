package io.raftboot.spring.http;

import io.raftboot.model.Configuration;
import io.raftboot.model.NodeId;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Who bears which name. The first one that was met or heard of stays, until it is known that the name was free since.
 *
 * @param present of every name that somebody bears; unmodifiable
 * @param vacant of names of removed servers: a place in the log at which nobody bore it; unmodifiable
 */
record Bearers(SortedMap<NodeId, Bearer> present, SortedMap<NodeId, Long> vacant) {

    /** The most names that are remembered: as many as a configuration names. Callers that know the secret may be more. */
    static final int MAX_NAMES = Configuration.MAX_MEMBERS + Configuration.MAX_REMOVED;

    static final Bearers NOBODY = new Bearers(new TreeMap<>(), new TreeMap<>());

    Bearers {
        present = Collections.unmodifiableSortedMap(new TreeMap<>(present));
        vacant = Collections.unmodifiableSortedMap(latest(vacant, MAX_NAMES - present.size()));
    }

    /** A name that was free long ago is the one that matters least. */
    private static SortedMap<NodeId, Long> latest(SortedMap<NodeId, Long> vacant, int room) {
        SortedMap<NodeId, Long> latest = new TreeMap<>(vacant);
        vacant.entrySet().stream()
                .sorted(Map.Entry.comparingByValue())
                .limit(Math.max(0, vacant.size() - Math.max(0, room)))
                .forEach(oldest -> latest.remove(oldest.getKey()));
        return latest;
    }

    Optional<Bearer> of(NodeId name) {
        return Optional.ofNullable(present.get(name));
    }

    /** After this server has met another one itself. */
    Bearers met(NodeId name, String incarnation) {
        return of(name).isPresent()
                ? this
                : with(new TreeMap<>(Map.of(name, new Bearer(incarnation, vacantSince(name)))));
    }

    /** After another server has told whom it knows: what it has met after a removal that was missed here is news, too. */
    Bearers told(SortedMap<NodeId, Bearer> introduced) {
        SortedMap<NodeId, Bearer> news = new TreeMap<>(introduced);
        news.entrySet().removeIf(entry -> !isNews(entry.getKey(), entry.getValue()));
        long unknown = news.keySet().stream().filter(name -> of(name).isEmpty()).count();
        boolean room = present.size() + unknown <= MAX_NAMES;
        return news.isEmpty() || !room ? this : with(news);
    }

    private boolean isNews(NodeId name, Bearer told) {
        return of(name).map(told::follows).orElse(told.since() >= vacantSince(name));
    }

    private long vacantSince(NodeId name) {
        return vacant.getOrDefault(name, 0L);
    }

    private Bearers with(SortedMap<NodeId, Bearer> news) {
        SortedMap<NodeId, Bearer> more = new TreeMap<>(present);
        more.putAll(news);
        SortedMap<NodeId, Long> fewer = new TreeMap<>(vacant);
        fewer.keySet().removeAll(news.keySet());
        return new Bearers(more, fewer);
    }

    /**
     * After servers were removed from the cluster.
     *
     * @param index a place in the log at which they were gone; who came to a name later than that stays
     */
    Bearers without(Collection<NodeId> removed, long index) {
        SortedMap<NodeId, Bearer> fewer = new TreeMap<>(present);
        SortedMap<NodeId, Long> more = new TreeMap<>(vacant);
        for (NodeId name : removed) {
            if (of(name).filter(bearer -> bearer.since() >= index).isEmpty()) {
                fewer.remove(name);
                more.putIfAbsent(name, index);
            }
        }
        return new Bearers(fewer, more);
    }
}
