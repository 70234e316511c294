package dev.concertina.starter.session;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Sessions of one instance, gone with it. For development, and the reference for the others. */
final class MemorySessionStore implements SessionStore {
    private static final int OPERATIONS_MAX = 8;

    private record Entry(
            Stored session, Instant end, Deque<String> operations, Optional<SessionKey> movedTo) {}

    private final Map<SessionKey, Entry> entries = new ConcurrentHashMap<>();
    private final Clock clock;
    private final Duration lifetime;
    private volatile Instant sweptAt = Instant.EPOCH;

    MemorySessionStore(Clock clock, Duration lifetime) {
        this.clock = clock;
        this.lifetime = lifetime;
    }

    @Override
    public Found find(SessionKey key, String known, Duration touchEvery) {
        var now = clock.instant();
        sweep(now);
        var found = new Found[] {new Found.Nothing()};
        entries.computeIfPresent(
                key,
                (k, entry) -> {
                    if (entry.movedTo().isPresent()) {
                        return entry;
                    }
                    if (ended(entry, now)) {
                        return null;
                    }
                    var idle = entry.session().idle();
                    var tenth = idle.dividedBy(10);
                    var every =
                            idle.isPositive() && touchEvery.compareTo(tenth) > 0
                                    ? tenth
                                    : touchEvery;
                    var last = entry.session().lastAccess();
                    boolean touched = !now.isBefore(last.plus(every));
                    var next = touched ? touched(entry, now) : entry;
                    found[0] =
                            next.session().version().equals(known)
                                    ? new Found.Same(next.session().lastAccess(), touched)
                                    : new Found.Whole(next.session(), touched);
                    return next;
                });
        return found[0];
    }

    private static Entry touched(Entry entry, Instant now) {
        var s = entry.session();
        return new Entry(
                new Stored(
                        s.owner(), s.version(), s.createdAt(), now, s.idle(), s.user(), s.values()),
                entry.end(),
                entry.operations(),
                entry.movedTo());
    }

    private static boolean ended(Entry entry, Instant now) {
        var idle = entry.session().idle();
        return !now.isBefore(entry.end())
                || (entry.movedTo().isEmpty()
                        && idle.isPositive()
                        && !now.isBefore(entry.session().lastAccess().plus(idle)));
    }

    // Moving touches two keys, so saves take turns; this store serves one instance's own users.
    @Override
    public synchronized Outcome save(SessionKey key, Change change) {
        var now = clock.instant();
        var entry = entries.get(key);
        if (entry == null || ended(entry, now)) {
            if (change.creates().isEmpty()) {
                return new Outcome.Gone();
            }
            entry = fresh(change.creates().get(), now);
        }
        if (entry.movedTo().isPresent()) {
            return entry.movedTo().equals(change.moveTo())
                    ? Optional.ofNullable(entries.get(change.moveTo().get()))
                            .map(MemorySessionStore::kept)
                            .orElse(new Outcome.Gone())
                    : new Outcome.Moved(entry.movedTo().get());
        }
        if (entry.operations().contains(change.operation())) {
            return new Outcome.Kept(entry.session().version());
        }
        var next = applied(entry, change);
        entries.put(change.moveTo().orElse(key), next);
        change.moveTo().ifPresent(to -> entries.put(key, tombstone(next, now.plus(TOMBSTONE), to)));
        return kept(next);
    }

    private static Outcome kept(Entry entry) {
        return new Outcome.Kept(entry.session().version());
    }

    private Entry fresh(String owner, Instant now) {
        return new Entry(
                new Stored(owner, "0:", now, now, Duration.ZERO, Optional.empty(), Map.of()),
                now.plus(lifetime),
                new ArrayDeque<>(),
                Optional.empty());
    }

    private static Entry tombstone(Entry entry, Instant end, SessionKey to) {
        return new Entry(entry.session(), end, entry.operations(), Optional.of(to));
    }

    private static Entry applied(Entry entry, Change change) {
        var s = entry.session();
        var values = new HashMap<>(s.values());
        values.putAll(change.puts());
        values.keySet().removeAll(change.removals());
        var operations = new ArrayDeque<>(entry.operations());
        operations.addFirst(change.operation());
        if (operations.size() > OPERATIONS_MAX) {
            operations.removeLast();
        }
        var version = (Stored.counter(s.version()) + 1) + ":" + change.operation();
        var idle = change.idle().orElse(s.idle());
        return new Entry(
                new Stored(
                        s.owner(),
                        version,
                        s.createdAt(),
                        s.lastAccess(),
                        idle,
                        s.user(change),
                        values),
                entry.end(),
                operations,
                Optional.empty());
    }

    @Override
    public synchronized void delete(SessionKey key) {
        var entry = entries.get(key);
        if (entry == null) {
            return;
        }
        if (entry.movedTo().isPresent()) {
            delete(entry.movedTo().get());
        } else {
            entries.remove(key);
        }
    }

    private void sweep(Instant now) {
        if (now.isBefore(sweptAt.plus(GRACE))) {
            return;
        }
        sweptAt = now;
        for (Iterator<Entry> all = entries.values().iterator(); all.hasNext(); ) {
            if (ended(all.next(), now)) {
                all.remove();
            }
        }
    }
}
