package dev.concertina.fleet.control.supervise;

import dev.concertina.fleet.control.Action;
import dev.concertina.fleet.control.Answer;
import dev.concertina.fleet.control.Settings;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What instances answered when they were asked whether a restart would help. Measured anew by the
 * next fleet process.
 *
 * <p>Two kinds of answer say nothing: one from a release of which nobody has ever passed, because
 * the path is more likely wrong than every instance is; and silence of an instance that is silent
 * about its readiness too, because it is more likely paused, and has a deadline of its own.
 *
 * @param of each instance that was asked
 * @param proven releases of which an instance has passed
 */
public record Liveness(Map<String, Health> of, Set<String> proven) {
    public Liveness {
        of = Map.copyOf(of);
        proven = Set.copyOf(proven);
    }

    public static Liveness none() {
        return new Liveness(Map.of(), Set.of());
    }

    /** The question, if it is time for one. */
    public Optional<Action> ask(Slot slot, String path, Settings.Readiness how, Instant now) {
        return serves(slot) && health(slot).due(now)
                ? slot.running()
                        .map(p -> new Action.Live(slot.instance(), p.port(), path, how.timeout()))
                : Optional.empty();
    }

    public Liveness asking(Slot slot) {
        return with(slot, health(slot).asking());
    }

    public Liveness heard(Slot slot, Answer answer, Settings.Readiness how, Instant now) {
        if (!of.containsKey(slot.instance())) {
            return this;
        }
        Set<String> known = new HashSet<>(proven);
        if (answer.passed()) {
            known.add(slot.release());
        }
        Liveness next = new Liveness(of, known);
        boolean silent = !answer.heard() && silent(slot);
        return silent || !known.contains(slot.release())
                ? next.with(slot, health(slot).later(answer, now, how.every()))
                : next.with(slot, health(slot).answered(answer.passed(), answer, now, how.every()));
    }

    /** Why it should be replaced; empty while it should not. */
    public Optional<String> verdict(Slot slot, Settings.Readiness how) {
        return Optional.ofNullable(of.get(slot.instance()))
                .filter(health -> health.fails() >= how.fall())
                .map(health -> "is not alive: " + health.last());
    }

    /** When to ask the instance next; empty while it is not to be asked. */
    public Optional<Instant> wakeAt(Slot slot) {
        return serves(slot) && !health(slot).asked()
                ? Optional.of(health(slot).due())
                : Optional.empty();
    }

    /** Without the instances that are gone. */
    public Liveness only(Set<String> instances) {
        if (instances.containsAll(of.keySet())) {
            return this;
        }
        Map<String, Health> left = new HashMap<>(of);
        left.keySet().retainAll(instances);
        return new Liveness(left, proven);
    }

    private Health health(Slot slot) {
        return Optional.ofNullable(of.get(slot.instance())).orElseGet(Health::unknown);
    }

    private Liveness with(Slot slot, Health health) {
        Map<String, Health> next = new HashMap<>(of);
        next.put(slot.instance(), health);
        return new Liveness(next, proven);
    }

    private static boolean serves(Slot slot) {
        return slot instanceof Slot.Ready || slot instanceof Slot.Unready;
    }

    private static boolean silent(Slot slot) {
        return switch (slot) {
            case Slot.Ready s -> s.health().silentSince().isPresent();
            case Slot.Unready s -> s.health().silentSince().isPresent();
            default -> true;
        };
    }
}
