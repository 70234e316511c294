package dev.concertina.starter.cache;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a thread found missing and has not written yet: {@code @Cacheable} asks, calls the method,
 * and writes, and only the thread knows that the three belong together.
 */
final class Loading {
    private static final int MAX = 64;

    /**
     * @param token of the lease under which it is loaded; empty: somebody else has that
     */
    record Miss(EntryName name, Optional<String> token) {}

    @SuppressWarnings("ThreadLocalUsage") // of one application; a JVM may hold several
    private final ThreadLocal<Map<EntryName, Miss>> misses =
            ThreadLocal.withInitial(() -> new LinkedHashMap<>());

    /** Whether this thread is loading it already. */
    boolean has(EntryName name) {
        return misses.get().containsKey(name);
    }

    /** Returns what has to be given back because there are too many. */
    Optional<Miss> begin(Miss miss) {
        var all = misses.get();
        all.put(miss.name(), miss);
        if (all.size() <= MAX) {
            return Optional.empty();
        }
        var eldest = all.values().iterator();
        var first = eldest.next();
        eldest.remove();
        return Optional.of(first);
    }

    Optional<Miss> end(EntryName name) {
        return Optional.ofNullable(misses.get().remove(name));
    }

    /** The thread goes on to something else. */
    Iterable<Miss> drop() {
        var all = misses.get();
        misses.remove();
        return all.values();
    }
}
