package dev.concertina.starter.health;

import dev.concertina.starter.instance.Check;
import java.time.Duration;
import java.util.Optional;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/** One of Boot's health indicators. */
final class ContributorCheck implements Check {
    private final String name;
    private final HealthIndicator indicator;

    ContributorCheck(String name, HealthIndicator indicator) {
        this.name = name;
        this.indicator = indicator;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Finding find() {
        long started = System.nanoTime();
        var health = indicator.health();
        var took = Duration.ofNanos(System.nanoTime() - started);
        var status = health == null ? Status.UNKNOWN : health.getStatus();
        var down = status.equals(Status.DOWN) || status.equals(Status.OUT_OF_SERVICE);
        return new Finding(took, down ? Optional.of(status.getCode()) : Optional.empty());
    }
}
