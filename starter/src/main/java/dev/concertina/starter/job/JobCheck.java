package dev.concertina.starter.job;

import dev.concertina.starter.instance.Check;
import java.time.Duration;
import java.util.Optional;

/** Makes the instance degraded while somebody should look at its jobs. */
final class JobCheck implements Check {
    private final Workplace place;

    JobCheck(Workplace place) {
        this.place = place;
    }

    @Override
    public String name() {
        return "jobs";
    }

    @Override
    public Finding find() {
        var alerts = place.alerts();
        return new Finding(
                Duration.ZERO,
                alerts.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", alerts)));
    }
}
