package dev.concertina.fleet.control;

import dev.concertina.fleet.control.rollout.Traffic;
import dev.concertina.fleet.control.supervise.Slot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

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

    /**
     * The table for a state. Where a rollout divides the requests, whoever runs a release without a
     * part of them is left out, unless nobody else is there.
     */
    static Routing.Table table(FleetState state) {
        Optional<Traffic> traffic = state.traffic();
        if (traffic.isEmpty()) {
            return new Routing.Table(routed(state.slots()), Optional.empty());
        }
        Traffic t = traffic.get();
        List<Backend> included =
                routed(state.slots().stream().filter(s -> t.includes(s.release())).toList());
        Optional<Share> share =
                t.percent() > 0 && t.percent() < 100
                        ? Optional.of(new Share(t.to(), t.percent()))
                        : Optional.empty();
        return included.isEmpty()
                ? new Routing.Table(routed(state.slots()), Optional.empty())
                : new Routing.Table(included, share);
    }

    private static List<Backend> routed(List<Slot> slots) {
        List<Slot> routed = new ArrayList<>();
        List<Slot.Unready> unready = new ArrayList<>();
        for (Slot slot : slots) {
            switch (slot) {
                case Slot.Ready s -> routed.add(s);
                case Slot.Unready s -> unready.add(s);
                default -> {}
            }
        }
        int missing = of(routed.size() + unready.size()) - routed.size();
        if (missing > 0) {
            unready.stream().sorted(BEST_FIRST).limit(missing).forEach(routed::add);
            routed.sort(Comparator.comparingInt(Slot::number));
        }
        return routed.stream().map(Floor::backend).toList();
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
