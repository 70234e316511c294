package dev.concertina.fleet.control.supervise;

import dev.concertina.fleet.control.Action;
import dev.concertina.fleet.control.Answer;
import dev.concertina.fleet.control.Event;
import dev.concertina.fleet.control.ProcessRef;
import dev.concertina.fleet.control.Settings;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The life of one slot. What happened changes the slot ({@link #absorb}); what the slot has become
 * asks for actions ({@link #advance}). Leaving is always in this order: table without it, drain,
 * SIGTERM, SIGKILL.
 */
public final class Supervisor {
    private final Settings settings;
    private final Probing probing;

    public Supervisor(Settings settings) {
        this.settings = settings;
        this.probing = new Probing(settings.readiness(), settings.care().warmUp().isPresent());
    }

    /** A slot and what to do about it. */
    public record Move(Slot slot, Optional<Action> action) {
        static Move stay(Slot slot) {
            return new Move(slot, Optional.empty());
        }

        static Move act(Slot slot, Action action) {
            return new Move(slot, Optional.of(action));
        }
    }

    /** A first process in an empty slot. */
    public Move launch(int number, int generation, String release, Instant now) {
        return start(Occupant.first(settings.name(), number, generation, release), now);
    }

    /** When the slot is waiting and its time has come, the next process in it. */
    public Optional<Move> relaunch(Slot slot, int generation, Instant now) {
        return slot instanceof Slot.Waiting w && !now.isBefore(w.until())
                ? Optional.of(start(w.occupant().next(settings.name(), generation), now))
                : Optional.empty();
    }

    private static Move start(Occupant occupant, Instant now) {
        return Move.act(
                Slot.Starting.cold(occupant, now, Optional.empty()),
                new Action.Start(occupant.instance(), occupant.release()));
    }

    /**
     * The slot after an event about its instance; empty when the slot has become so.
     *
     * @param onTrial its release has not served before: repeated failure ends the attempt
     */
    public Optional<Slot> absorb(
            Slot slot, Event event, Optional<ReadyCheck> check, boolean onTrial, Instant now) {
        return switch (event) {
            case Event.Started e -> Optional.of(started(slot, e.process()));
            case Event.Probed e -> Optional.of(probing.heard(slot, e.answer(), check, now));
            case Event.Warmed _ -> Optional.of(warmed(slot, now));
            case Event.Drained _ -> Optional.of(drained(slot, now));
            case Event.Exited e -> exited(slot, e.how(), onTrial, now);
            default -> Optional.of(slot);
        };
    }

    /** How the slot's release is asked, if this answer of a candidate path shows it. */
    public Optional<ReadyCheck> reveal(Slot slot, Answer answer) {
        return Probing.reveal(slot, answer);
    }

    private static Slot started(Slot slot, ProcessRef process) {
        return slot instanceof Slot.Starting s
                ? Slot.Starting.cold(s.occupant(), s.since(), Optional.of(process))
                : slot;
    }

    private static Slot warmed(Slot slot, Instant now) {
        return slot instanceof Slot.Starting s && s.warmth() == Slot.Warmth.ASKED
                ? new Slot.Ready(s.occupant(), now, s.process().orElseThrow(), s.health())
                : slot;
    }

    private Slot drained(Slot slot, Instant now) {
        return slot instanceof Slot.Draining s && s.asked()
                ? stop(s, s.process(), now.plus(settings.grace()), Slot.Then.VANISH, "", now)
                : slot;
    }

    private Optional<Slot> exited(Slot slot, String how, boolean onTrial, Instant now) {
        return switch (slot) {
            case Slot.Draining _ -> Optional.empty();
            case Slot.Stopping s when s.then() == Slot.Then.VANISH -> Optional.empty();
            case Slot.Stopping s when s.then() == Slot.Then.FAIL ->
                    Optional.of(new Slot.Failed(s.occupant(), now, s.reason()));
            case Slot.Stopping s -> Optional.of(again(s, s.reason(), false, onTrial, now));
            case Slot.Starting s ->
                    Optional.of(again(s, how + " before it was ready", false, onTrial, now));
            case Slot.Ready s -> {
                boolean healthy = !now.isBefore(s.since().plus(RestartPolicy.FORGIVEN_AFTER));
                yield Optional.of(again(s, how, healthy, onTrial, now));
            }
            case Slot.Unready s -> Optional.of(again(s, how, false, onTrial, now));
            case Slot.Waiting _, Slot.Failed _ -> Optional.of(slot);
        };
    }

    private Slot again(Slot slot, String reason, boolean forgiven, boolean onTrial, Instant now) {
        int failures = forgiven ? 1 : slot.occupant().failures() + 1;
        Optional<Settings.CrashLoop> limit = settings.care().crashLoop();
        Occupant occupant =
                slot.occupant().failed(failures, now, RestartPolicy.countedFrom(limit, now));
        Optional<String> loop = RestartPolicy.loop(limit, occupant);
        if (loop.isPresent()) {
            return new Slot.Failed(occupant, now, loop.get() + reason);
        }
        if (onTrial && failures >= RestartPolicy.TRIES) {
            return new Slot.Failed(
                    occupant, now, "crash loop: " + failures + " times in a row, " + reason);
        }
        return new Slot.Waiting(occupant, now, now.plus(RestartPolicy.pause(failures)), reason);
    }

    /**
     * The slot on its way out; empty when there is nothing to wait for. Unchanged while its process
     * is only just being started: ask again.
     *
     * @param withdrawnIn the first table version without it
     * @param open false when the gateway has ended, so that there is nothing to drain
     */
    public Optional<Slot> leave(Slot slot, long withdrawnIn, boolean open, Instant now) {
        return switch (slot) {
            case Slot.Waiting _, Slot.Failed _ -> Optional.empty();
            case Slot.Stopping s ->
                    Optional.of(
                            new Slot.Stopping(
                                    s.occupant(),
                                    s.since(),
                                    s.process(),
                                    s.killAt(),
                                    s.sent(),
                                    Slot.Then.VANISH,
                                    s.reason()));
            case Slot.Draining s when open -> Optional.of(s);
            case Slot s when s.running().isEmpty() -> Optional.of(s);
            case Slot s when open ->
                    Optional.of(
                            new Slot.Draining(
                                    s.occupant(),
                                    now,
                                    s.running().orElseThrow(),
                                    withdrawnIn,
                                    false));
            case Slot s ->
                    Optional.of(
                            stop(
                                    s,
                                    s.running().orElseThrow(),
                                    now.plus(settings.grace()),
                                    Slot.Then.VANISH,
                                    "",
                                    now));
        };
    }

    /** What the slot asks for now. */
    public Move advance(
            Slot slot, Optional<ReadyCheck> check, boolean onTrial, long confirmed, Instant now) {
        return switch (slot) {
            case Slot.Starting s when s.process().isPresent() && !now.isBefore(startBy(s)) ->
                    Move.stay(tooLate(s, s.process().get(), onTrial, now));
            case Slot.Starting s when s.warmth() == Slot.Warmth.DUE ->
                    Move.act(s.with(Slot.Warmth.ASKED), warmUp(s, check));
            case Slot.Starting s when s.warmth() == Slot.Warmth.ASKED -> Move.stay(s);
            case Slot.Starting s when s.process().isPresent() && s.health().due(now) ->
                    Move.act(
                            s.with(s.health().asking()),
                            probing.ask(s, s.process().get(), s.health(), check));
            case Slot.Ready s when s.health().due(now) ->
                    Move.act(
                            new Slot.Ready(
                                    s.occupant(), s.since(), s.process(), s.health().asking()),
                            probing.ask(s, s.process(), s.health(), check));
            case Slot.Unready s when Probing.hopeless(s.health(), now) ->
                    Move.stay(
                            new Slot.Stopping(
                                    s.occupant(),
                                    now,
                                    s.process(),
                                    now,
                                    Slot.Sent.TERM,
                                    Slot.Then.RESTART,
                                    "no answer for "
                                            + Probing.HOPELESS_AFTER.toSeconds()
                                            + " s: "
                                            + s.health().last()));
            case Slot.Unready s when s.health().due(now) ->
                    Move.act(
                            new Slot.Unready(
                                    s.occupant(), s.since(), s.process(), s.health().asking()),
                            probing.ask(s, s.process(), s.health(), check));
            case Slot.Draining s when !s.asked() && confirmed >= s.withdrawnIn() ->
                    Move.act(
                            new Slot.Draining(
                                    s.occupant(), s.since(), s.process(), s.withdrawnIn(), true),
                            new Action.Drain(s.instance(), settings.drain()));
            case Slot.Stopping s when s.sent() == Slot.Sent.NOTHING ->
                    Move.act(sent(s, Slot.Sent.TERM), new Action.Terminate(s.instance()));
            case Slot.Stopping s when s.sent() == Slot.Sent.TERM && !now.isBefore(s.killAt()) ->
                    Move.act(sent(s, Slot.Sent.KILL), new Action.Kill(s.instance()));
            default -> Move.stay(slot);
        };
    }

    /** When the slot wants to be looked at again if nothing happens to it. */
    public Optional<Instant> wakeAt(Slot slot) {
        return switch (slot) {
            case Slot.Starting s when s.process().isEmpty() -> Optional.empty();
            case Slot.Starting s when s.warmth() == Slot.Warmth.ASKED -> Optional.of(startBy(s));
            case Slot.Starting s -> Optional.of(earlier(startBy(s), s.health()));
            case Slot.Ready s ->
                    s.health().asked() ? Optional.empty() : Optional.of(s.health().due());
            case Slot.Unready s ->
                    s.health().asked() ? Optional.empty() : Optional.of(s.health().due());
            case Slot.Stopping s when s.sent() != Slot.Sent.KILL -> Optional.of(s.killAt());
            case Slot.Waiting s -> Optional.of(s.until());
            default -> Optional.empty();
        };
    }

    /** The slot in the hands of a new fleet process: what was under way is asked for again. */
    public Slot resume(Slot slot, long withdrawnIn, Instant now) {
        return switch (slot) {
            case Slot.Starting s -> Slot.Starting.cold(s.occupant(), now, s.process());
            case Slot.Draining s ->
                    new Slot.Draining(s.occupant(), s.since(), s.process(), withdrawnIn, false);
            case Slot.Stopping s when s.sent() == Slot.Sent.KILL -> sent(s, Slot.Sent.TERM);
            case Slot.Stopping s -> sent(s, Slot.Sent.NOTHING);
            default -> slot.durable();
        };
    }

    private Action warmUp(Slot.Starting s, Optional<ReadyCheck> check) {
        Settings.WarmUp how = settings.care().warmUp().orElseThrow();
        List<String> paths =
                how.paths().isEmpty() ? check.map(ReadyCheck::path).stream().toList() : how.paths();
        int port = s.process().orElseThrow().port();
        return new Action.WarmUp(s.instance(), port, paths, how.count(), how.within());
    }

    private Slot tooLate(Slot.Starting s, ProcessRef process, boolean onTrial, Instant now) {
        String reason =
                "not ready within "
                        + settings.readiness().within().toSeconds()
                        + " s; last probe answer: "
                        + s.health().last();
        Slot.Then then = onTrial ? Slot.Then.FAIL : Slot.Then.RESTART;
        // It was in no table, so there is nothing to drain.
        return stop(s, process, now.plus(Settings.KILL_AFTER), then, reason, now);
    }

    private static Slot stop(
            Slot slot,
            ProcessRef process,
            Instant killAt,
            Slot.Then then,
            String reason,
            Instant now) {
        return new Slot.Stopping(
                slot.occupant(), now, process, killAt, Slot.Sent.NOTHING, then, reason);
    }

    private static Slot sent(Slot.Stopping s, Slot.Sent sent) {
        return new Slot.Stopping(
                s.occupant(), s.since(), s.process(), s.killAt(), sent, s.then(), s.reason());
    }

    private Instant startBy(Slot.Starting s) {
        return s.since().plus(settings.readiness().within());
    }

    private static Instant earlier(Instant deadline, Health health) {
        return health.asked() || deadline.isBefore(health.due()) ? deadline : health.due();
    }
}
