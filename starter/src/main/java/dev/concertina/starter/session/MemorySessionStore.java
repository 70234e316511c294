package dev.concertina.starter.session;

import dev.concertina.starter.request.UserTag;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** Sessions of one instance, gone with it. For development, and the reference for the others. */
final class MemorySessionStore implements SessionStore {
    private static final int OPERATIONS_MAX = 8;

    /**
     * @param claim who was handed the session after its end, or empty text
     * @param claimedUntil until when nobody else is
     */
    private record Entry(
            Stored session,
            Instant end,
            Deque<String> operations,
            Optional<SessionKey> movedTo,
            String claim,
            Instant claimedUntil) {

        Entry with(Stored next) {
            return new Entry(next, end, operations, movedTo, claim, claimedUntil);
        }

        Entry claimed(String by, Instant until) {
            return new Entry(session, end, operations, movedTo, by, until);
        }
    }

    private final Map<SessionKey, Entry> entries = new ConcurrentHashMap<>();
    private final Clock clock;
    private final Duration lifetime;
    private volatile Instant sweptAt = Instant.EPOCH;

    MemorySessionStore(Clock clock, Duration lifetime) {
        this.clock = clock;
        this.lifetime = lifetime;
    }

    @Override
    public boolean isShared() {
        return false;
    }

    @Override
    public Found find(SessionKey key, String known, Duration touchEvery) {
        var now = clock.instant();
        sweep(now);
        var found = new Found[] {new Found.Nothing()};
        entries.computeIfPresent(
                key,
                (k, entry) -> {
                    if (entry.movedTo().isPresent() || ended(entry, now)) {
                        return entry;
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

    @Override
    public Optional<Stored> peek(SessionKey key) {
        return Optional.ofNullable(entries.get(key))
                .filter(entry -> alive(entry, clock.instant()))
                .map(Entry::session);
    }

    private static boolean alive(Entry entry, Instant now) {
        return entry.movedTo().isEmpty() && !ended(entry, now);
    }

    private static Entry touched(Entry entry, Instant now) {
        var s = entry.session();
        return entry.with(
                new Stored(
                        s.owner(),
                        s.version(),
                        s.createdAt(),
                        now,
                        s.idle(),
                        s.user(),
                        s.stamp(),
                        s.values()));
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
        if (entry == null && change.creates()) {
            entry = fresh(change.owner(), now);
        }
        return entry == null || ended(entry, now)
                ? new Outcome.Gone()
                : changed(key, entry, change, now);
    }

    private Outcome changed(SessionKey key, Entry entry, Change change, Instant now) {
        if (entry.movedTo().isPresent()) {
            return entry.movedTo().equals(change.moveTo())
                    ? Optional.ofNullable(entries.get(change.moveTo().get()))
                            .map(MemorySessionStore::kept)
                            .orElse(new Outcome.Gone())
                    : new Outcome.Moved(newest(entry.movedTo().get()));
        }
        if (entry.operations().contains(change.operation())) {
            return new Outcome.Kept(entry.session().version());
        }
        var next = applied(entry, change);
        entries.put(change.moveTo().orElse(key), next);
        change.moveTo().ifPresent(to -> entries.put(key, tombstone(next, now.plus(TOMBSTONE), to)));
        return kept(next);
    }

    private SessionKey newest(SessionKey key) {
        var at = key;
        for (var next = entries.get(at);
                next != null && next.movedTo().isPresent();
                next = entries.get(at)) {
            at = next.movedTo().get();
        }
        return at;
    }

    private static Outcome kept(Entry entry) {
        return new Outcome.Kept(entry.session().version());
    }

    private Entry fresh(String owner, Instant now) {
        return new Entry(
                new Stored(owner, "0:", now, now, Duration.ZERO, Optional.empty(), "", Map.of()),
                now.plus(lifetime),
                new ArrayDeque<>(),
                Optional.empty(),
                "",
                Instant.EPOCH);
    }

    private static Entry tombstone(Entry entry, Instant end, SessionKey to) {
        return new Entry(
                entry.session(), end, entry.operations(), Optional.of(to), "", Instant.EPOCH);
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
                        change.stamp().orElse(s.stamp()),
                        values),
                entry.end(),
                operations,
                Optional.empty(),
                "",
                Instant.EPOCH);
    }

    @Override
    public synchronized boolean delete(SessionKey key) {
        var entry = entries.get(key);
        if (entry == null || !entry.claim().isEmpty()) {
            return false;
        }
        if (entry.movedTo().isPresent()) {
            return delete(entry.movedTo().get());
        }
        entries.remove(key);
        return true;
    }

    @Override
    public Map<SessionKey, Stored> ofUser(UserTag user) {
        var now = clock.instant();
        var found = new HashMap<SessionKey, Stored>();
        entries.forEach((key, entry) -> {
            if (alive(entry, now) && entry.session().user().equals(Optional.of(user))) {
                found.put(key, entry.session());
            }
        });
        return found;
    }

    @Override
    public synchronized Ended.Batch takeEnded(int max, Duration lease) {
        var now = clock.instant();
        var claim = SessionId.text(12);
        var taken = new ArrayList<Ended>();
        for (var key : entries.keySet()) {
            if (taken.size() == max) {
                return new Ended.Batch(taken, true);
            }
            entries.computeIfPresent(
                    key,
                    (k, entry) -> {
                        if (entry.movedTo().isPresent()
                                || !ended(entry, now)
                                || now.isBefore(entry.claimedUntil())) {
                            return entry;
                        }
                        taken.add(new Ended(key, claim, entry.session()));
                        return entry.claimed(claim, now.plus(lease));
                    });
        }
        return new Ended.Batch(taken, false);
    }

    @Override
    public synchronized void forget(Ended ended) {
        var entry = entries.get(ended.key());
        if (entry != null && entry.claim().equals(ended.claim())) {
            entries.remove(ended.key());
        }
    }

    @Override
    public long count() {
        return entries.values().stream().filter(entry -> entry.movedTo().isEmpty()).count();
    }

    @Override
    public boolean each(Predicate<Map<SessionKey, Stored>> visit) {
        var now = clock.instant();
        var all = new HashMap<SessionKey, Stored>();
        entries.forEach((key, entry) -> {
            if (alive(entry, now)) {
                all.put(key, entry.session());
            }
        });
        return all.isEmpty() || visit.test(all);
    }

    @Override
    public synchronized void reseal(
            SessionKey key, Stored seen, Map<String, byte[]> envelopes, Optional<String> stamp) {
        entries.computeIfPresent(
                key,
                (k, entry) -> {
                    var s = entry.session();
                    var values = new HashMap<>(s.values());
                    envelopes.forEach((name, envelope) -> {
                        if (Arrays.equals(values.get(name), seen.values().get(name))) {
                            values.replace(name, envelope);
                        }
                    });
                    return entry.with(
                            new Stored(
                                    s.owner(),
                                    s.version(),
                                    s.createdAt(),
                                    s.lastAccess(),
                                    s.idle(),
                                    s.user(),
                                    stamp.filter(next -> s.stamp().equals(seen.stamp()))
                                            .orElse(s.stamp()),
                                    values));
                });
    }

    private void sweep(Instant now) {
        if (now.isBefore(sweptAt.plus(TOMBSTONE))) {
            return;
        }
        sweptAt = now;
        entries.values().removeIf(entry -> gone(entry, now));
    }

    private static boolean gone(Entry entry, Instant now) {
        return entry.movedTo().isPresent() ? ended(entry, now) : ended(entry, now.minus(GRACE));
    }
}
