package dev.concertina.starter.live;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A history of publications and of what each subscriber got, and its checker. Every publication is
 * one of a sender's numbers, counted from 1. Holds: each subscriber gets each acknowledged number
 * of each sender in order, or a reset where some are missing; nothing twice; all agree what stands
 * at a position; everybody gets the last number of every sender.
 */
public final class Broadcast {
    /** What one subscriber saw, in its order. */
    private sealed interface Seen {
        record Got(String sender, int number, String position) implements Seen {}

        record Reset() implements Seen {}

        record Anew() implements Seen {}
    }

    /** One subscriber's log. Safe for use by many threads. */
    public static final class Log {
        private final String name;
        private final List<Seen> seen = Collections.synchronizedList(new ArrayList<>());

        private Log(String name) {
            this.name = name;
        }

        public void got(String sender, int number, String position) {
            seen.add(new Seen.Got(sender, number, position));
        }

        /** The server has said that some may be missing. */
        public void reset() {
            seen.add(new Seen.Reset());
        }

        /** It has begun without naming a position. */
        public void anew() {
            seen.add(new Seen.Anew());
        }

        private long count(Class<? extends Seen> kind) {
            synchronized (seen) {
                return seen.stream().filter(kind::isInstance).count();
            }
        }

        private List<Seen> all() {
            synchronized (seen) {
                return List.copyOf(seen);
            }
        }

        public boolean has(String sender, int number) {
            synchronized (seen) {
                return seen.stream()
                        .anyMatch(one ->
                                one instanceof Seen.Got got
                                        && got.number() == number
                                        && got.sender().equals(sender));
            }
        }
    }

    private final Map<String, Log> logs = new ConcurrentHashMap<>();
    private final Map<String, Integer> sent = new ConcurrentHashMap<>();
    private final Map<String, Set<Integer>> unsure = new ConcurrentHashMap<>();

    public Log subscriber(String name) {
        return logs.computeIfAbsent(name, Log::new);
    }

    /** A number was published and acknowledged. */
    public void acknowledged(String sender, int number) {
        sent.merge(sender, number, Math::max);
    }

    /** Nobody knows whether a number was published. */
    public void unsure(String sender, int number) {
        unsure.computeIfAbsent(sender, s -> ConcurrentHashMap.newKeySet()).add(number);
    }

    /** Whether every subscriber has the last number of every sender. */
    public boolean settled() {
        return logs.values().stream()
                .allMatch(log ->
                        sent.entrySet().stream()
                                .allMatch(last -> log.has(last.getKey(), last.getValue())));
    }

    public long resets() {
        return logs.values().stream().mapToLong(log -> log.count(Seen.Reset.class)).sum();
    }

    public long received() {
        return logs.values().stream().mapToLong(log -> log.count(Seen.Got.class)).sum();
    }

    public int published() {
        return sent.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Of {@link #published}, those that nobody answered. */
    public int doubtful() {
        return unsure.values().stream().mapToInt(Set::size).sum();
    }

    /** Everything that does not hold; empty is good. */
    public List<String> faults() {
        var faults = new ArrayList<String>();
        if (logs.isEmpty() || sent.isEmpty()) {
            faults.add("nothing was observed");
        }
        var agreed = new HashMap<String, String>();
        logs.values().forEach(log -> check(log, agreed, faults));
        return faults;
    }

    private void check(Log log, Map<String, String> agreed, List<String> faults) {
        var last = new HashMap<String, Integer>();
        // Senders whose numbers may be missing, because a reset said so.
        Set<String> excused = new TreeSet<>();
        int begun = 0;
        for (var one : log.all()) {
            switch (one) {
                case Seen.Reset reset -> excused.addAll(sent.keySet());
                case Seen.Anew anew -> {
                    if (++begun > 1) {
                        faults.add(log.name + " began anew without a reset");
                    }
                }
                case Seen.Got got -> {
                    got(log, got, last, excused, faults);
                    var said = got.sender() + " " + got.number();
                    var other = agreed.putIfAbsent(got.position(), said);
                    if (other != null && !other.equals(said)) {
                        faults.add(
                                log.name
                                        + " got "
                                        + said
                                        + " at "
                                        + got.position()
                                        + ", where others got "
                                        + other);
                    }
                }
            }
        }
        if (last.isEmpty()) {
            faults.add(log.name + " got nothing");
        }
        sent.forEach((sender, number) -> {
            if (last.getOrDefault(sender, 0) < number) {
                faults.add(
                        log.name
                                + " ends with "
                                + last.get(sender)
                                + " of "
                                + sender
                                + " in place of "
                                + number);
            }
        });
    }

    private void got(
            Log log,
            Seen.Got got,
            Map<String, Integer> last,
            Set<String> excused,
            List<String> faults) {
        int before = last.getOrDefault(got.sender(), 0);
        if (got.number() <= before) {
            faults.add(log.name + " got " + got.sender() + " " + got.number() + " after " + before);
            return;
        }
        var doubtful = unsure.getOrDefault(got.sender(), Set.of());
        for (int missing = before + 1; missing < got.number(); missing++) {
            if (!excused.contains(got.sender()) && !doubtful.contains(missing)) {
                faults.add(
                        log.name + " misses " + got.sender() + " " + missing + " without a reset");
            }
        }
        excused.remove(got.sender());
        last.put(got.sender(), got.number());
    }
}
