package dev.concertina.registry.preference;

import dev.concertina.starter.preference.Preferences;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.stereotype.Component;

/** Counts how often certificates are looked at, but not by those who asked not to be counted. */
@Component
public class Visits {
    static final String OPT_OUT = "analytics-opt-out";

    private final Preferences preferences;
    private final MeterRegistry meters;

    Visits(Preferences preferences, MeterRegistry meters) {
        this.preferences = preferences;
        this.meters = meters;
    }

    /** While nobody can say what was chosen, nobody is counted. */
    public void count(HttpServletRequest request) {
        if (!preferences.isOn(request, OPT_OUT, true)) {
            meters.counter("registry.verifications").increment();
        }
    }
}
