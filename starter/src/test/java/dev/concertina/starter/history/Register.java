package dev.concertina.starter.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Whether reads and writes of one register can have happened one after another, each at some moment
 * between its call and its answer. Values are written once, which makes the answer exact and cheap:
 * P. B. Gibbons and E. Korach, Testing Shared Memories, SIAM J. Comput. 26 (4), 1997, section 4.1.
 */
final class Register {
    /** In place of a value while nothing was written yet. */
    static final String NOTHING = "";

    /**
     * All that is known about one value.
     *
     * @param written when its write was called
     * @param first the earliest answer that proves it was there
     * @param last the latest call that still found it
     */
    private record Value(String text, long written, long first, long last) {
        Value with(long invoked, long returned) {
            return new Value(text, written, Math.min(first, returned), Math.max(last, invoked));
        }

        /** From the first proof to the last call nothing else can have been there. */
        boolean lasted() {
            return first < last;
        }
    }

    private final Map<String, Value> values = new HashMap<>();
    private final Map<String, Integer> seen = new HashMap<>();
    private final List<String> problems = new ArrayList<>();

    /**
     * @param from before which there was no register
     */
    Register(long from) {
        values.put(NOTHING, new Value(NOTHING, Long.MIN_VALUE, from, Long.MIN_VALUE));
    }

    void write(String value, long invoked, long returned) {
        values.put(value, new Value(value, invoked, returned, invoked));
    }

    /** To be called when all writes are known. */
    void read(String value, long invoked, long returned) {
        var known = values.get(value);
        if (known == null) {
            problems.add("'" + value + "' was read but never written");
        } else if (returned < known.written()) {
            problems.add("'" + value + "' was read before it was written");
        } else {
            values.put(value, known.with(invoked, returned));
            seen.merge(value, 1, Integer::sum);
        }
    }

    /**
     * @param unanswered values whose writes need not have happened
     */
    List<String> problems(List<String> unanswered) {
        var found = new ArrayList<>(problems);
        for (var value : unanswered) {
            if (!seen.containsKey(value)) {
                values.remove(value);
            }
        }
        var lasting = new TreeMap<Long, Value>();
        var sorted =
                values.values().stream()
                        .filter(Value::lasted)
                        .sorted(Comparator.comparingLong(Value::first))
                        .toList();
        Optional<Value> before = Optional.empty();
        for (var value : sorted) {
            if (before.isPresent() && value.first() < before.get().last()) {
                found.add(story(before.get(), value, "was read again after"));
            }
            lasting.put(value.first(), value);
            before = Optional.of(value);
        }
        for (var value : values.values()) {
            var around = value.lasted() ? null : lasting.lowerEntry(value.last());
            if (around != null && value.first() < around.getValue().last()) {
                found.add(story(around.getValue(), value, "was there all the time around"));
            }
        }
        return found;
    }

    private static String story(Value one, Value other, String how) {
        return "'%s' (%d to %d) %s '%s' (%d to %d)"
                .formatted(
                        one.text(),
                        one.first(),
                        one.last(),
                        how,
                        other.text(),
                        other.first(),
                        other.last());
    }
}
