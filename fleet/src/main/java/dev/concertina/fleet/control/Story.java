package dev.concertina.fleet.control;

import dev.concertina.fleet.control.Action.Tell;
import dev.concertina.fleet.control.rollout.Approach;
import dev.concertina.fleet.control.rollout.Rollout;
import dev.concertina.fleet.control.rollout.Staged;
import dev.concertina.fleet.control.supervise.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The difference between two states as sentences, so that no decision needs to tell its own. */
public final class Story {
    private final List<Action> lines = new ArrayList<>();
    private final Instant now;

    private Story(Instant now) {
        this.now = now;
    }

    /** Lines of the story only. */
    public static List<Action> between(FleetState before, FleetState after, Instant now) {
        var story = new Story(now);
        story.fleet(before, after);
        story.worn(before, after);
        if (!before.slots().equals(after.slots())) {
            story.slots(before.slots(), after.slots());
        }
        story.rollout(before, after);
        return story.lines;
    }

    private void slots(List<Slot> before, List<Slot> after) {
        // Whoever leaves in the same step leaves because another is ready.
        for (boolean ready : new boolean[] {true, false}) {
            for (Slot slot : after) {
                if (slot instanceof Slot.Ready == ready) {
                    changed(numbered(slot.number(), before), slot);
                }
            }
        }
        for (Slot slot : before) {
            if (numbered(slot.number(), after).isEmpty()) {
                tell("instance.gone", slot.instance(), "has ended");
            }
        }
    }

    private static Optional<Slot> numbered(int number, List<Slot> slots) {
        for (Slot slot : slots) {
            if (slot.number() == number) {
                return Optional.of(slot);
            }
        }
        return Optional.empty();
    }

    private void fleet(FleetState before, FleetState after) {
        if (before.wanted() != after.wanted()) {
            tell(
                    "fleet.scale",
                    "fleet",
                    "wanted: "
                            + after.wanted()
                            + " instances instead of "
                            + before.wanted()
                            + because(after.scaling().why()));
        }
        if (before.course() != after.course() && after.course() == Course.CLOSE) {
            tell("fleet.down", "fleet", "goes down: the gateway lets its requests end");
        }
    }

    private void worn(FleetState before, FleetState after) {
        for (Worn worn : after.wear().worn()) {
            if (before.wear().reason(worn.instance()).isEmpty()) {
                show(
                        "instance.worn",
                        worn.instance(),
                        worn.reason() + "; it is replaced by another");
            }
        }
    }

    /** The autoscaler's sums in one line; nothing after a command. */
    private static String because(List<String> sums) {
        return sums.isEmpty()
                ? ""
                : sums.stream().map(String::strip).collect(Collectors.joining("; ", ": ", ""));
    }

    private void changed(Optional<Slot> was, Slot is) {
        boolean same =
                was.isPresent()
                        && was.get().instance().equals(is.instance())
                        && was.get().getClass() == is.getClass();
        if (same) {
            return;
        }
        boolean replaced = was.isPresent() && !was.get().instance().equals(is.instance());
        if (replaced && was.get().occupied()) {
            tell("instance.gone", was.get().instance(), "has ended");
        }
        switch (is) {
            case Slot.Starting s ->
                    tell("instance.starting", s.instance(), "starts " + s.release());
            case Slot.Ready s ->
                    tell(
                            "instance.ready",
                            s.instance(),
                            "is ready" + after(was, Slot.Starting.class));
            case Slot.Unready s ->
                    tell("instance.unready", s.instance(), "is not ready: " + s.health().last());
            case Slot.Draining s -> tell("instance.draining", s.instance(), "drains");
            case Slot.Stopping s when s.reason().isEmpty() ->
                    tell("instance.stopping", s.instance(), "is asked to end");
            case Slot.Stopping s ->
                    tell("instance.stopping", s.instance(), "is ended: " + s.reason());
            case Slot.Waiting s ->
                    show(
                            "instance.crashed",
                            s.instance(),
                            s.reason() + "; starts again " + in(Duration.between(now, s.until())));
            case Slot.Failed s -> show("instance.failed", s.instance(), s.reason());
        }
    }

    private String after(Optional<Slot> was, Class<? extends Slot> state) {
        return was.filter(state::isInstance)
                .map(s -> " after " + Duration.between(s.since(), now).toMillis() + " ms")
                .orElse(" again");
    }

    private static String in(Duration pause) {
        return pause.isZero() ? "at once" : "in " + pause.toSeconds() + " s";
    }

    private void rollout(FleetState before, FleetState after) {
        Optional<Rollout> was = before.rollout();
        Optional<Rollout> is = after.rollout();
        if (is.isPresent() && was.map(r -> r.number() != is.get().number()).orElse(true)) {
            tell("rollout.began", is.get().to(), began(is.get()));
        }
        boolean turned =
                is.isPresent()
                        && was.isPresent()
                        && is.get().setback().isPresent()
                        && was.get().setback().isEmpty();
        if (turned) {
            Rollout.Setback why = is.get().setback().get();
            tell(
                    "rollout.back",
                    why.release(),
                    "goes back to "
                            + is.get().to()
                            + ": "
                            + (why.instance().isEmpty() ? "" : why.instance() + " ")
                            + why.reason());
        }
        if (is.orElse(null) instanceof Staged staged) {
            steps(was.orElse(null) instanceof Staged s ? Optional.of(s) : Optional.empty(), staged);
        }
        if (!before.conclusion().equals(after.conclusion()) && after.conclusion().isPresent()) {
            Conclusion c = after.conclusion().get();
            tell(c.done() ? "rollout.done" : "rollout.failed", "rollout " + c.number(), c.text());
        }
    }

    private void steps(Optional<Staged> was, Staged is) {
        boolean left = !is.why().isEmpty() && was.filter(w -> w.why().equals(is.why())).isEmpty();
        boolean moved = was.filter(w -> w.step() == is.step()).isEmpty();
        boolean finished =
                is.phase() == Staged.Phase.FINISH
                        && was.filter(w -> w.phase() == is.phase()).isEmpty();
        if (was.isPresent() && (left || moved || finished)) {
            tell(
                    "rollout.promoted",
                    is.to(),
                    (finished ? "serves for good: " : "goes on to " + is.share() + " %: ")
                            + is.why());
        }
        if (was.map(w -> w.percent() != is.percent()).orElse(is.percent() > 0)) {
            tell("rollout.share", is.to(), "gets " + is.percent() + " % of the requests");
        }
    }

    private static String began(Rollout rollout) {
        if (rollout.from().isEmpty()) {
            return "starts";
        }
        if (rollout instanceof Staged staged) {
            return staged.approach().kind() == Approach.Kind.BLUE_GREEN
                    ? "is started beside " + rollout.from() + ", which gives way at one instant"
                    : "replaces " + rollout.from() + " as a canary: " + shares(staged);
        }
        return rollout.from().equals(rollout.to())
                ? "instances are replaced one by one"
                : "replaces " + rollout.from() + " one by one";
    }

    private static String shares(Staged staged) {
        return staged.approach().shares().stream()
                .map(share -> share + " %")
                .collect(Collectors.joining(", "));
    }

    private void tell(String kind, String subject, String text) {
        lines.add(new Tell(kind, subject, text, false));
    }

    private void show(String kind, String subject, String text) {
        lines.add(new Tell(kind, subject, text, true));
    }
}
