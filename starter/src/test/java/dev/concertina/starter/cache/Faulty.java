package dev.concertina.starter.cache;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/** A store that does not do one of the things coherence rests on. */
final class Faulty implements CacheStore {
    private final CacheStore store;
    private final Fault fault;

    Faulty(CacheStore store, Fault fault) {
        this.store = store;
        this.fault = fault;
    }

    @Override
    public Missed missed(Position since) {
        var missed = store.missed(since);
        if (!(missed instanceof Missed.Known known)) {
            return fault == Fault.NO_DOUBT && since.sequence() > 0
                    ? new Missed.Known(missed.now(), List.of())
                    : missed;
        }
        return switch (fault) {
            case NO_CATCHING_UP -> new Missed.Known(since, List.of());
            case CLEARING_UNTOLD ->
                    new Missed.Known(
                            known.now(),
                            known.entries().stream()
                                    .filter(entry -> entry.key().isPresent())
                                    .toList());
            default -> missed;
        };
    }

    @Override
    public OptionalLong fill(EntryName name, String token, byte[] value, Duration life) {
        return fault == Fault.NO_FENCE
                ? OptionalLong.of(store.put(name, value, life))
                : store.fill(name, token, value, life);
    }

    @Override
    public Got get(EntryName name, String token, Duration lease) {
        var got = store.get(name, token, lease);
        return fault == Fault.NO_PLACE && got instanceof Got.Value value
                ? new Got.Value(value.bytes(), Long.MAX_VALUE, value.left())
                : got;
    }

    @Override
    public boolean lease(EntryName name, String token, Duration lease) {
        return store.lease(name, token, lease);
    }

    @Override
    public void release(EntryName name, String token) {
        store.release(name, token);
    }

    @Override
    public long put(EntryName name, byte[] value, Duration life) {
        return store.put(name, value, life);
    }

    @Override
    public Claimed putIfAbsent(EntryName name, byte[] value, Duration life) {
        return store.putIfAbsent(name, value, life);
    }

    @Override
    public Evicted evict(EntryName name) {
        return store.evict(name);
    }

    @Override
    public long clear(String cache) {
        return store.clear(cache);
    }
}
