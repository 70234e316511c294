package dev.concertina.fleet.control.supervise;

import dev.concertina.fleet.control.Action;
import dev.concertina.fleet.control.Answer;
import dev.concertina.fleet.control.ProcessRef;
import dev.concertina.fleet.control.Settings;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** When to ask an instance whether it is ready, and what its answers make of it. */
final class Probing {
    /** While starting, so that an instance serves as soon as it can. */
    static final Duration EAGER = Duration.ofMillis(100);

    /** Without any answer for this long, a process is hung for good. */
    static final Duration HOPELESS_AFTER = Duration.ofSeconds(60);

    private final Settings.Readiness readiness;
    private final boolean warms;

    /**
     * @param warms whether other requests come between readiness and traffic
     */
    Probing(Settings.Readiness readiness, boolean warms) {
        this.readiness = readiness;
        this.warms = warms;
    }

    /** The slot after an answer: enough passes in a row make it ready, enough failures unready. */
    Slot heard(Slot slot, Answer answer, Optional<ReadyCheck> check, Instant now) {
        return switch (slot) {
            case Slot.Starting s when s.process().isPresent() && s.warmth() == Slot.Warmth.COLD -> {
                Health health = judged(s.health(), answer, check, EAGER, now);
                yield health.passes() < readiness.rise()
                        ? s.with(health)
                        : warms
                                ? s.with(health).with(Slot.Warmth.DUE)
                                : new Slot.Ready(s.occupant(), now, s.process().get(), health);
            }
            case Slot.Ready s -> {
                Health health = judged(s.health(), answer, check, readiness.every(), now);
                yield health.fails() >= readiness.fall()
                        ? new Slot.Unready(s.occupant(), now, s.process(), health)
                        : new Slot.Ready(s.occupant(), s.since(), s.process(), health);
            }
            case Slot.Unready s -> {
                Health health = judged(s.health(), answer, check, readiness.every(), now);
                yield health.passes() >= readiness.rise()
                        ? new Slot.Ready(s.occupant(), now, s.process(), health)
                        : new Slot.Unready(s.occupant(), s.since(), s.process(), health);
            }
            default -> slot;
        };
    }

    private static Health judged(
            Health health, Answer answer, Optional<ReadyCheck> check, Duration pause, Instant now) {
        if (check.isEmpty()) {
            int next = Discovery.next(health.candidate(), answer);
            return next == health.candidate()
                    ? health.answered(false, answer, now, pause)
                    : health.elsewhere(next, answer, now);
        }
        return health.answered(check.get().passes(answer), answer, now, pause);
    }

    /** How the slot's release is asked, if this answer of a candidate path shows it. */
    static Optional<ReadyCheck> reveal(Slot slot, Answer answer) {
        return slot instanceof Slot.Starting s
                ? Discovery.reveal(s.health().candidate(), answer)
                : Optional.empty();
    }

    Action ask(Slot slot, ProcessRef process, Health health, Optional<ReadyCheck> check) {
        String path = check.map(ReadyCheck::path).orElse(Discovery.path(health.candidate()));
        return new Action.Probe(slot.instance(), process.port(), path, readiness.timeout());
    }

    /** It has been silent for so long that only another process will do. */
    static boolean hopeless(Health health, Instant now) {
        return health.silentSince().isPresent()
                && !now.isBefore(health.silentSince().get().plus(HOPELESS_AFTER));
    }
}
