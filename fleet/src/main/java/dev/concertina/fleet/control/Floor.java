package dev.concertina.fleet.control;

import dev.concertina.fleet.control.supervise.Slot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Who gets requests: everyone who is ready, and never fewer than half of those that serve. When
 * probes say that most instances are bad at once, it is more likely that the probes or something
 * behind all instances is, and a request sent is worth more than a request refused.
 */
final class Floor {
    /** An instance that answers at all comes before a silent one, then the latest ready. */
    private static final Comparator<Slot.Unready> BEST_FIRST =
            Comparator.comparing((Slot.Unready s) -> s.health().silentSince().isPresent())
                    .thenComparing(Slot::since, Comparator.reverseOrder())
                    .thenComparingInt(Slot::number);

    private Floor() {}

    static List<Backend> routed(FleetState state) {
        List<Slot> routed = new ArrayList<>();
        List<Slot.Unready> unready = new ArrayList<>();
        for (Slot slot : state.slots()) {
            switch (slot) {
                case Slot.Ready s -> routed.add(s);
                case Slot.Unready s -> unready.add(s);
                default -> {}
            }
        }
        int floor = of(routed.size() + unready.size());
        unready.stream()
                .sorted(BEST_FIRST)
                .limit(Math.max(0, floor - routed.size()))
                .forEach(routed::add);
        return routed.stream()
                .sorted(Comparator.comparingInt(Slot::number))
                .map(Floor::backend)
                .toList();
    }

    /** The last half, rounded up. */
    static int of(int serving) {
        return Math.ceilDiv(serving, 2);
    }

    private static Backend backend(Slot slot) {
        int port = slot.running().orElseThrow().port();
        return new Backend(slot.instance(), port, slot.release(), 1);
    }
}
