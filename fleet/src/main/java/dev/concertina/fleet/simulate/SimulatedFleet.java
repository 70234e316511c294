package dev.concertina.fleet.simulate;

import dev.concertina.fleet.control.scale.LoadPoint;
import dev.concertina.fleet.control.scale.LoadWindow;
import dev.concertina.fleet.control.scale.LocalInstance;
import dev.concertina.fleet.control.scale.LocalInstance.State;
import dev.concertina.fleet.control.scale.Replica.Ready;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The instances of one replay, second by second. Lives and dies inside {@link Simulation}. */
final class SimulatedFleet {
    private final ServiceModel model;
    private final double coresEach;
    private final List<Member> members = new ArrayList<>();
    private int started;

    /**
     * @param coresEach the CPU allowance of an instance
     */
    SimulatedFleet(ServiceModel model, double coresEach) {
        this.model = model;
        this.coresEach = coresEach;
    }

    private static final class Member {
        private final String name;
        private final Instant startedAt;
        private final Instant readyAt;
        private final Instant warmAt;
        private Optional<Instant> leftAt = Optional.empty();
        private double cpuSeconds;
        private double share;

        Member(String name, Instant startedAt, ServiceModel model) {
            this.name = name;
            this.startedAt = startedAt;
            this.readyAt = startedAt.plus(model.startDelay());
            this.warmAt = readyAt.plus(model.warmUp());
        }

        boolean serving(Instant now) {
            return leftAt.isEmpty() && !readyAt.isAfter(now);
        }

        LocalInstance seen(Instant now) {
            boolean ready = !readyAt.isAfter(now);
            State state =
                    leftAt.isPresent() ? State.LEAVING : ready ? State.SERVING : State.STARTING;
            return new LocalInstance(
                    name,
                    state,
                    Optional.of(startedAt),
                    Optional.of(new Ready(ready, ready ? readyAt : startedAt)));
        }
    }

    void start(int instances, Instant at) {
        for (var i = 0; i < instances; i++) {
            started++;
            members.add(new Member("i" + started, at, model));
        }
    }

    /** Started so long ago that nothing of the start is left to see. */
    void startWarm(int instances, Instant now) {
        start(
                instances,
                now.minus(Duration.ofHours(1)).minus(model.startDelay()).minus(model.warmUp()));
    }

    /** The youngest leave first, as upstream's replica sets have it. */
    void leave(int instances, Instant now) {
        members.reversed().stream()
                .filter(member -> member.leftAt.isEmpty())
                .limit(instances)
                .forEach(member -> member.leftAt = Optional.of(now));
    }

    /** Forgets those that have drained, and says which. */
    List<String> reap(Instant now) {
        List<Member> gone =
                members.stream()
                        .filter(member ->
                                member.leftAt
                                        .map(at -> !at.plus(model.drain()).isAfter(now))
                                        .orElse(false))
                        .toList();
        members.removeAll(gone);
        return gone.stream().map(member -> member.name).toList();
    }

    int serving(Instant now) {
        return (int) members.stream().filter(member -> member.serving(now)).count();
    }

    int running() {
        return members.size();
    }

    /** One second of traffic, shared evenly; answers how many requests found room. */
    double serve(double requests, Instant now) {
        int serving = serving(now);
        double use = Math.min(model.limit(), model.cost().use(requests, serving));
        for (Member member : members) {
            member.share = member.serving(now) ? use : 0;
            boolean busyWithItself = member.leftAt.isEmpty() && member.warmAt.isAfter(now);
            member.cpuSeconds += coresEach * (busyWithItself ? 1 : member.share);
        }
        return Math.min(requests, capacity(serving));
    }

    double capacity(int serving) {
        return model.cost().capacity(serving);
    }

    LoadWindow sampled(LoadWindow window, Instant now) {
        var after = window;
        for (Member member : members) {
            long memory =
                    model.memoryIdle()
                            + Math.round(
                                    Math.min(1, member.share)
                                            * (model.memoryBusy() - model.memoryIdle()));
            var cpu = Duration.ofNanos(Math.round(member.cpuSeconds * 1e9));
            after = after.plus(member.name, new LoadPoint(now, cpu, memory));
        }
        return after;
    }

    List<LocalInstance> seen(Instant now) {
        return members.stream().map(member -> member.seen(now)).toList();
    }
}
