package dev.concertina.fleet.control;

import dev.concertina.fleet.control.supervise.Liveness;
import dev.concertina.fleet.control.supervise.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which instances are worn out: they hold too much memory, or say themselves that only a restart
 * would help. One at a time is replaced, while nothing is being rolled out: another is ready first.
 *
 * @param worn first come, first replaced
 * @param next not before this moment
 */
public record Wear(List<Worn> worn, Liveness liveness, Instant next) {
    /** Between two replacements: a release that wears out at once must not spin. */
    static final Duration PAUSE = Duration.ofMinutes(1);

    private static final double MEBIBYTE = 1 << 20;

    public Wear {
        worn = List.copyOf(worn);
        // What an earlier version did not write down.
        liveness = Objects.requireNonNullElseGet(liveness, Liveness::none);
        next = Objects.requireNonNullElse(next, Instant.EPOCH);
    }

    static Wear none() {
        return new Wear(List.of(), Liveness.none(), Instant.EPOCH);
    }

    Wear durable() {
        return new Wear(worn, Liveness.none(), Instant.EPOCH);
    }

    /** Why the instance is to be replaced. */
    public Optional<String> reason(String instance) {
        return worn.stream()
                .filter(w -> w.instance().equals(instance))
                .map(Worn::reason)
                .findFirst();
    }

    /** The one to be replaced now. */
    Optional<String> turn(Instant now) {
        return now.isBefore(next)
                ? Optional.empty()
                : worn.stream().map(Worn::instance).findFirst();
    }

    /** When the first one's turn comes. */
    Optional<Instant> wakeAt() {
        return worn.isEmpty() ? Optional.empty() : Optional.of(next);
    }

    /** After a look at what the processes use. */
    static FleetState sampled(FleetState state, Settings settings, Map<String, Used> used) {
        if (settings.care().memoryMax().isEmpty()) {
            return state;
        }
        long most = settings.care().memoryMax().getAsLong();
        FleetState next = state;
        for (Slot slot : state.slots()) {
            Used seen = used.get(slot.instance());
            if (seen != null && seen.residentBytes() > most && slot instanceof Slot.Ready) {
                next =
                        next.with(
                                next.wear()
                                        .with(
                                                slot.instance(),
                                                "holds "
                                                        + mebibytes(seen.residentBytes())
                                                        + " of memory, more than "
                                                        + mebibytes(most)));
            }
        }
        return next;
    }

    private static String mebibytes(long bytes) {
        return String.format(Locale.ROOT, "%.0f MiB", bytes / MEBIBYTE);
    }

    /** After an instance was asked whether it lives. */
    static FleetState lived(FleetState state, Settings settings, Event.Lived event, Instant now) {
        Optional<Slot> slot = state.slot(event.instance());
        if (slot.isEmpty()) {
            return state;
        }
        Wear before = state.wear();
        Liveness heard =
                before.liveness.heard(slot.get(), event.answer(), settings.readiness(), now);
        Wear after = new Wear(before.worn, heard, before.next);
        return state.with(
                heard.verdict(slot.get(), settings.readiness())
                        .map(why -> after.with(event.instance(), why))
                        .orElse(after));
    }

    private Wear with(String instance, String why) {
        if (reason(instance).isPresent()) {
            return this;
        }
        var more = new ArrayList<>(worn);
        more.add(new Worn(instance, why));
        return new Wear(more, liveness, next);
    }

    /** Asks every instance whose time has come. */
    static FleetState ask(FleetState state, Settings settings, Instant now, List<Action> actions) {
        if (settings.care().live().isEmpty() || state.course() != Course.RUN) {
            return state;
        }
        Wear wear = state.wear();
        for (Slot slot : state.slots()) {
            Optional<Action> question =
                    wear.liveness.ask(
                            slot, settings.care().live().get(), settings.readiness(), now);
            if (question.isPresent()) {
                actions.add(question.get());
                wear = new Wear(wear.worn, wear.liveness.asking(slot), wear.next);
            }
        }
        return wear.equals(state.wear()) ? state : state.with(wear);
    }

    /** Forgets those that are gone or leaving; when one was replaced the next has to wait. */
    static FleetState tidy(FleetState state, Instant now) {
        Wear wear = state.wear();
        Set<String> there =
                state.slots().stream()
                        .filter(s -> s instanceof Slot.Ready || s instanceof Slot.Unready)
                        .map(Slot::instance)
                        .collect(Collectors.toSet());
        List<Worn> left = wear.worn.stream().filter(w -> there.contains(w.instance())).toList();
        Liveness liveness = wear.liveness.only(there);
        if (left.equals(wear.worn) && liveness.equals(wear.liveness)) {
            return state;
        }
        boolean replaced = left.size() < wear.worn.size();
        return state.with(new Wear(left, liveness, replaced ? now.plus(PAUSE) : wear.next));
    }

    /** When somebody is to be asked next. */
    Optional<Instant> askAt(FleetState state, Settings settings) {
        return settings.care().live().isEmpty() || state.course() != Course.RUN
                ? Optional.empty()
                : state.slots().stream()
                        .flatMap(s -> liveness.wakeAt(s).stream())
                        .min(Instant::compareTo);
    }
}
