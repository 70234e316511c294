package dev.concertina.starter.limit;

import java.time.Duration;
import java.util.Optional;

/** What one window of measuring says about the load. Pure. */
final class Pressure {
    /**
     * One window.
     *
     * @param limited requests that had a limit
     * @param cpu share of the machine's processors in use; negative when not known
     */
    record Measured(
            long limited, long refused, long answers, long errors, double cpu, Duration mean) {}

    private final LimitSettings.Strict settings;

    Pressure(LimitSettings.Strict settings) {
        this.settings = settings;
    }

    /** Why limits should tighten, in words. */
    Optional<String> reason(Measured m) {
        return tooManyRefused(m)
                ? Optional.of(percent(m.refused(), m.limited()) + " of limited requests refused")
                : load(m);
    }

    /** The reasons that tightening itself does not cause, so that they can prolong it. */
    Optional<String> load(Measured m) {
        if (m.answers() < settings.requests()) {
            return Optional.empty();
        }
        if (m.errors() >= settings.errors() * m.answers()) {
            return Optional.of(percent(m.errors(), m.answers()) + " of answers were errors");
        }
        if (m.cpu() >= settings.cpu()) {
            return Optional.of(percent(Math.round(m.cpu() * 100), 100) + " of the processors busy");
        }
        return settings.latency()
                .filter(most -> m.mean().compareTo(most) > 0)
                .map(most -> "answers took " + m.mean().toMillis() + " ms on average");
    }

    private boolean tooManyRefused(Measured m) {
        return m.limited() >= settings.requests()
                && m.refused() >= settings.rejected() * m.limited();
    }

    private static String percent(long part, long whole) {
        return 100 * part / whole + " %";
    }
}
