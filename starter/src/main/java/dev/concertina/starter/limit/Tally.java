package dev.concertina.starter.limit;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;

/** How many requests each limit let pass and refused. */
final class Tally {
    record Counters(LongAdder passed, LongAdder refused) {}

    private final Map<String, Counters> byLimit = new ConcurrentHashMap<>();
    private final List<BiConsumer<String, Counters>> watchers = new CopyOnWriteArrayList<>();

    void counted(Count count) {
        if (count.passed()) {
            count.standings().forEach(s -> of(s.limit()).passed().increment());
        } else {
            count.refusing().forEach(s -> of(s.limit()).refused().increment());
        }
    }

    private Counters of(Limit limit) {
        var known = byLimit.get(limit.name());
        return known == null ? add(limit.name()) : known;
    }

    /** Begins to count for a limit; twice is once. */
    Counters add(String name) {
        return byLimit.computeIfAbsent(
                name,
                n -> {
                    var counters = new Counters(new LongAdder(), new LongAdder());
                    watchers.forEach(watcher -> watcher.accept(n, counters));
                    return counters;
                });
    }

    /** Told of every limit, those to come too. */
    void watch(BiConsumer<String, Counters> watcher) {
        watchers.add(watcher);
        byLimit.forEach(watcher);
    }
}
