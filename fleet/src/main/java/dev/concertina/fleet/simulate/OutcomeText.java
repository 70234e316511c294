package dev.concertina.fleet.simulate;

import dev.concertina.fleet.control.scale.ScaleDecision;
import java.time.Duration;
import java.util.Locale;

/** An outcome for the terminal: each change with its reason, then the sums. */
public final class OutcomeText {
    private static final Duration FLAP_SPAN = Duration.ofMinutes(10);

    private OutcomeText() {}

    public static String of(Outcome outcome) {
        var text = new StringBuilder();
        text.append(line("%-10s %9s %9s  %s", "time", "instances", "offered/s", "why"));
        for (ScaleDecision change : outcome.changes()) {
            long second = change.at().getEpochSecond();
            String step = change.current() + " -> " + change.desired();
            double offered = outcome.ticks().get((int) second).offered();
            text.append(line("%-10s %9s %9.1f  %s", clock(second), step, offered, why(change)));
        }
        if (outcome.changes().isEmpty()) {
            text.append(line("no change in %d passes", outcome.decisions().size()));
        }
        return text.append('\n').append(sums(outcome)).toString();
    }

    private static String sums(Outcome outcome) {
        double requests = outcome.requests();
        double share = requests == 0 ? 0 : 100 * outcome.missRequests() / requests;
        int seconds = outcome.ticks().size();
        return line("duration        %s, %.0f requests", clock(seconds), requests)
                + line(
                        "over capacity   %.0f requests (%.3f %%) in %d s",
                        outcome.missRequests(), share, outcome.missSeconds())
                + line(
                        "instance-hours  %.2f (always %d: %.2f), at most %d instances",
                        outcome.instanceHours(),
                        outcome.max(),
                        outcome.max() * seconds / 3600.0,
                        outcome.most())
                + line(
                        "changes         %d, of these reversals %d, at most %d in 10 minutes",
                        outcome.changes().size(),
                        outcome.reversals(),
                        outcome.reversalsWithin(FLAP_SPAN));
    }

    private static String why(ScaleDecision change) {
        return change.conditions().stream()
                .filter(condition ->
                        condition.kind() == ScaleDecision.Condition.Kind.SCALING_LIMITED
                                && condition.status())
                .findFirst()
                .map(limit -> change.reason() + " (" + limit.reason() + ")")
                .orElse(change.reason());
    }

    static String clock(long seconds) {
        return String.format(
                Locale.ROOT, "%02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }

    @SuppressWarnings("AnnotateFormatMethod") // The annotation would be a dependency.
    private static String line(String format, Object... values) {
        return String.format(Locale.ROOT, format, values).stripTrailing() + "\n";
    }
}
