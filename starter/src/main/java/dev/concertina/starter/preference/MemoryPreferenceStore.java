package dev.concertina.starter.preference;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Choices of one instance, gone with it. */
final class MemoryPreferenceStore implements PreferenceStore {
    private final Clock clock;
    private final Duration life;
    private final int max;
    private final Map<Owner, Kept> all = new ConcurrentHashMap<>();

    /**
     * @param end when they are forgotten
     */
    private record Kept(Map<String, String> values, Instant end) {}

    MemoryPreferenceStore(Clock clock, Duration life, int max) {
        this.clock = clock;
        this.life = life;
        this.max = max;
    }

    @Override
    public Map<String, String> read(Owner owner) {
        var now = clock.instant();
        var kept =
                all.computeIfPresent(
                        owner,
                        (o, k) ->
                                now.isBefore(k.end())
                                        ? new Kept(k.values(), now.plus(life))
                                        : null);
        return kept == null ? Map.of() : kept.values();
    }

    @Override
    public boolean write(Owner owner, String name, Optional<String> value) {
        var now = clock.instant();
        var written = new boolean[] {true};
        all.compute(
                owner,
                (o, before) -> {
                    var values =
                            before == null || !now.isBefore(before.end())
                                    ? new HashMap<String, String>()
                                    : new HashMap<>(before.values());
                    if (value.isEmpty()) {
                        values.remove(name);
                    } else if (values.containsKey(name) || values.size() < max) {
                        values.put(name, value.get());
                    } else {
                        written[0] = false;
                    }
                    return values.isEmpty() ? null : new Kept(Map.copyOf(values), now.plus(life));
                });
        return written[0];
    }
}
