package dev.concertina.starter.cache;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Values of one instance, gone with it. For development, and the reference for the others. */
final class MemoryCacheStore implements CacheStore {
    private static final String MARK = "memory";

    @SuppressWarnings("ArrayRecordComponent") // opaque here; compared by nobody
    private record Value(byte[] bytes, Instant end) {}

    private record Lease(String token, Instant end) {}

    private final Clock clock;
    private final Map<EntryName, Value> values = new HashMap<>();
    private final Map<EntryName, Lease> leases = new HashMap<>();
    private final ArrayDeque<Invalidation> invalid = new ArrayDeque<>();
    private long head = 1;
    private Instant sweptAt = Instant.EPOCH;

    MemoryCacheStore(Clock clock) {
        this.clock = clock;
    }

    @Override
    public synchronized Missed missed(Position since) {
        var now = new Position(head, MARK);
        boolean reaches =
                since.mark().equals(MARK)
                        && since.sequence() >= head - Math.min(invalid.size(), CAUGHT_UP_MAX);
        if (!reaches) {
            return new Missed.Unknown(now);
        }
        var entries = new ArrayList<Invalidation>();
        invalid.descendingIterator()
                .forEachRemaining(entry -> {
                    if (entry.sequence() > since.sequence()) {
                        entries.addFirst(entry);
                    }
                });
        return new Missed.Known(now, entries);
    }

    private long append(String cache, Optional<String> key) {
        head++;
        invalid.addLast(new Invalidation(head, cache, key));
        if (invalid.size() > KEPT) {
            invalid.removeFirst();
        }
        return head;
    }

    private Optional<Got.Value> value(EntryName name) {
        var now = clock.instant();
        sweep(now);
        var value = values.get(name);
        if (value == null || !now.isBefore(value.end())) {
            return Optional.empty();
        }
        return Optional.of(new Got.Value(value.bytes(), head, Duration.between(now, value.end())));
    }

    private void sweep(Instant now) {
        if (now.isBefore(sweptAt.plusSeconds(60))) {
            return;
        }
        sweptAt = now;
        values.values().removeIf(value -> !now.isBefore(value.end()));
        leases.values().removeIf(lease -> !now.isBefore(lease.end()));
    }

    @Override
    public synchronized Got get(EntryName name, String token, Duration lease) {
        var value = value(name);
        return value.isPresent()
                ? value.get()
                : new Got.Nothing(head, lease.isPositive() && lease(name, token, lease));
    }

    @Override
    public synchronized boolean lease(EntryName name, String token, Duration lease) {
        var now = clock.instant();
        var held = leases.get(name);
        if (held != null && now.isBefore(held.end())) {
            return false;
        }
        leases.put(name, new Lease(token, now.plus(lease)));
        return true;
    }

    private boolean holds(EntryName name, String token) {
        var held = leases.get(name);
        return held != null && held.token().equals(token) && clock.instant().isBefore(held.end());
    }

    @Override
    public synchronized OptionalLong fill(
            EntryName name, String token, byte[] value, Duration life) {
        if (!holds(name, token)) {
            return OptionalLong.empty();
        }
        leases.remove(name);
        values.put(name, new Value(value, clock.instant().plus(life)));
        return OptionalLong.of(head);
    }

    @Override
    public synchronized void release(EntryName name, String token) {
        if (holds(name, token)) {
            leases.remove(name);
        }
    }

    @Override
    public synchronized long put(EntryName name, byte[] value, Duration life) {
        leases.remove(name);
        values.put(name, new Value(value, clock.instant().plus(life)));
        return append(name.cache(), Optional.of(name.key()));
    }

    @Override
    public synchronized Claimed putIfAbsent(EntryName name, byte[] value, Duration life) {
        var there = value(name);
        return there.isPresent()
                ? new Claimed(there, head)
                : new Claimed(Optional.empty(), put(name, value, life));
    }

    @Override
    public synchronized Evicted evict(EntryName name) {
        boolean existed = value(name).isPresent();
        values.remove(name);
        leases.remove(name);
        return new Evicted(existed, append(name.cache(), Optional.of(name.key())));
    }

    @Override
    public synchronized long clear(String cache) {
        values.keySet().removeIf(name -> name.cache().equals(cache));
        leases.keySet().removeIf(name -> name.cache().equals(cache));
        return append(cache, Optional.empty());
    }
}
