package dev.concertina.verifier.check;

import dev.concertina.fleet.console.FleetCommands;
import dev.concertina.fleet.console.FleetEvent;
import dev.concertina.fleet.console.FleetStatus.InstanceStatus;
import dev.concertina.verifier.history.RunClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The fleet as the verifier sees it: who is ready, and when it is whole again. */
public final class ObservedFleet {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    private final FleetCommands commands;
    private final RunClock clock;
    private final Duration settle;
    private final Consumer<String> story;

    public ObservedFleet(
            FleetCommands commands, RunClock clock, Duration settle, Consumer<String> story) {
        this.commands = commands;
        this.clock = clock;
        this.settle = settle;
        this.story = story;
    }

    public List<InstanceStatus> ready() {
        return commands.status().instances().stream()
                .filter(i -> i.state().equals("ready"))
                .toList();
    }

    public Set<Long> pids() {
        return ready().stream().map(InstanceStatus::pid).collect(Collectors.toSet());
    }

    /** Waits until as many as wanted are ready and none of them is one of {@code gone}. */
    public boolean awaitWholeWithout(Set<Long> gone) throws InterruptedException {
        long deadline = clock.nanos() + settle.toNanos();
        while (clock.nanos() < deadline) {
            var status = commands.status();
            var pids = pids();
            if (status.phase().equals("up")
                    && pids.size() == status.wanted()
                    && pids.stream().noneMatch(gone::contains)) {
                return true;
            }
            clock.pause(LOOK_AGAIN);
        }
        return false;
    }

    /** Waits until everything wanted is ready. */
    public boolean settled() {
        return commands.settled(settle, this::tell).done();
    }

    /** Replaces every instance by one of a new release of the same program. */
    public FleetCommands.Outcome deploy() {
        return commands.deploy(Optional.empty(), true, this::tell);
    }

    private void tell(FleetEvent event) {
        story.accept("  " + event.subject() + " " + event.text());
    }
}
