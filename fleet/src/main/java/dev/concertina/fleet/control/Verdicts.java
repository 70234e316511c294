package dev.concertina.fleet.control;

import dev.concertina.fleet.control.rollout.Member;
import dev.concertina.fleet.control.rollout.Plan.Verdict;
import dev.concertina.fleet.control.rollout.Rollout;
import dev.concertina.fleet.control.rollout.Rollout.Setback;

/** What a rollout's verdict means for the fleet. */
final class Verdicts {
    private Verdicts() {}

    static FleetState apply(FleetState state, Rollout rollout, Verdict verdict) {
        return switch (verdict) {
            case Verdict.Continue _ -> state;
            case Verdict.Done _ -> state.concluded(rollout.to(), conclusion(rollout));
            case Verdict.Rejected rejected ->
                    state.with(rollout.reversed(new Setback(rollout.to(), rejected.reason(), "")));
            case Verdict.Failed failed -> failed(state, rollout, failed.culprit());
        };
    }

    private static FleetState failed(FleetState state, Rollout rollout, Member culprit) {
        var setback = new Setback(rollout.to(), culprit.reason(), culprit.instance());
        if (!rollout.from().isEmpty()) {
            return state.with(rollout.reversed(setback));
        }
        // Nothing served before, so there is nothing to go back to.
        return state.concluded(
                        "",
                        new Conclusion(
                                rollout.number(),
                                false,
                                rollout.to()
                                        + " could not be started: "
                                        + culprit.instance()
                                        + " "
                                        + culprit.reason(),
                                culprit.instance()))
                .with(Course.HALT);
    }

    private static Conclusion conclusion(Rollout rollout) {
        return rollout.setback()
                .map(setback ->
                        new Conclusion(
                                rollout.number(),
                                false,
                                "rolled back to "
                                        + rollout.to()
                                        + ": "
                                        + who(setback)
                                        + " "
                                        + setback.reason(),
                                setback.instance()))
                .orElseGet(() -> new Conclusion(rollout.number(), true, done(rollout), ""));
    }

    /** For people: an instance and its release, or the release alone. */
    static String who(Setback setback) {
        return setback.instance().isEmpty()
                ? setback.release()
                : setback.instance() + " of " + setback.release();
    }

    private static String done(Rollout rollout) {
        if (rollout.from().isEmpty()) {
            return rollout.to() + " serves";
        }
        return rollout.from().equals(rollout.to())
                ? "replaced by new instances of " + rollout.to()
                : rollout.to() + " serves instead of " + rollout.from();
    }
}
