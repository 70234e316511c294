package dev.concertina.fleet.control;

import dev.concertina.fleet.control.rollout.Count;
import dev.concertina.fleet.control.rollout.Staged;
import dev.concertina.fleet.control.supervise.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** Turns what was seen of instances into what each release did, for the judge. */
final class Hearing {
    private Hearing() {}

    static FleetState hear(FleetState state, Settings settings, Event.Sampled event, Instant now) {
        Map<String, Seen> seen = event.instances();
        FleetState heard =
                state.rollout().orElse(null) instanceof Staged staged && staged.listens()
                        ? state.with(judged(state, staged, seen, now))
                        : state;
        FleetState scaled =
                settings.autoscaler()
                        .map(scaler -> Autoscaling.heard(heard, scaler, event.used(), now))
                        .orElse(heard);
        Duration pause = judging(state) ? Sampling.PAUSE : Autoscaling.PAUSE;
        return Wear.sampled(scaled, settings, event.used())
                .with(state.sampling().heard(seen, now.plus(pause)));
    }

    private static Staged judged(
            FleetState state, Staged staged, Map<String, Seen> seen, Instant now) {
        Count old = Count.NOTHING;
        Count fresh = Count.NOTHING;
        if (state.sampling().last().isEmpty()) {
            // The first look only says where counting begins.
            return staged;
        }
        for (Slot slot : state.slots()) {
            Seen before = state.sampling().last().get(slot.instance());
            Seen after = seen.get(slot.instance());
            if (before == null && slot.release().equals(staged.to())) {
                before = Seen.NOTHING;
            }
            if (before == null || after == null) {
                continue;
            }
            Count count = count(after.since(before), warm(slot, staged.approach().warmUp(), now));
            old = slot.release().equals(staged.from()) ? old.plus(count) : old;
            fresh = slot.release().equals(staged.to()) ? fresh.plus(count) : fresh;
        }
        return staged.hear(old, fresh);
    }

    private static Count count(Seen seen, boolean warm) {
        return new Count(
                seen.requests(),
                Math.min(seen.errors(), seen.requests()),
                warm ? seen.requests() : 0,
                warm ? seen.nanos() : 0);
    }

    private static boolean warm(Slot slot, Duration warmUp, Instant now) {
        return slot instanceof Slot.Ready ready && !now.isBefore(ready.since().plus(warmUp));
    }

    /** Whether anybody wants to know what instances do. */
    static boolean wanted(FleetState state, Settings settings) {
        return state.course() == Course.RUN
                && (settings.autoscaler().isPresent()
                        || settings.care().memoryMax().isPresent()
                        || judging(state));
    }

    private static boolean judging(FleetState state) {
        return state.course() == Course.RUN
                && state.rollout().orElse(null) instanceof Staged staged
                && staged.listens();
    }
}
