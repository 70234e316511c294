package dev.concertina.testkit;

import dev.concertina.contract.Drained;
import dev.concertina.contract.InstanceId;
import dev.concertina.fleet.control.Action;
import dev.concertina.fleet.control.Event;
import dev.concertina.fleet.control.FleetState;
import dev.concertina.fleet.control.Settings;
import dev.concertina.fleet.control.rollout.Member;
import dev.concertina.fleet.host.Host;
import dev.concertina.fleet.host.Instance;
import dev.concertina.fleet.host.ProcessIdentity;
import dev.concertina.fleet.runtime.Journal;
import dev.concertina.fleet.traffic.Gateway;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/** What a {@link Mutant} does in place of the right thing. */
public final class Instead {
    private static final ThreadLocal<List<Runnable>> LATER =
            ThreadLocal.withInitial(ArrayList::new);

    private Instead() {}

    public static CompletionStage<Drained> drainedAtOnce(
            Gateway gateway, InstanceId id, Duration within) {
        return CompletableFuture.completedFuture(new Drained(id, 0, Duration.ZERO));
    }

    public static int surgeAndOne(Settings settings) {
        return settings.surge() + 1;
    }

    public static void appendLater(
            Journal journal, Instant at, Event event, List<Action> actions, FleetState durable) {
        LATER.get().add(() -> journal.append(at, event, actions, durable));
    }

    public static int write() {
        List<Runnable> due = List.copyOf(LATER.get());
        LATER.get().clear();
        due.forEach(Runnable::run);
        return due.size();
    }

    public static Optional<Instance> adoptByPid(Host host, ProcessIdentity identity) {
        var machine = (SimHost) host;
        return Stream.concat(machine.running().stream(), machine.strangers().stream())
                .filter(p -> p.identity().pid() == identity.pid())
                .<Instance>map(p -> p)
                .findFirst();
    }

    public static Optional<Instance> findNone(Host host, String name, String value) {
        return Optional.empty();
    }

    public static Stream<Member> everybody(List<Member> members, int number) {
        return members.stream();
    }
}
