package dev.concertina.starter.instance;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;

/**
 * How this instance takes part and leaves.
 *
 * @param id identity; default {@code INSTANCE_ID}, else host name, pid and chance
 * @param drainDelay how long to go on serving with readiness down before the listener closes;
 *     default 0 s under a fleet, which drains before it stops an instance, else 2 s
 * @param drainWithin how long leaving may take in all before the process is ended; default 30 s
 * @param exitOnFatal whether the process ends, in order, after an {@link OutOfMemoryError}; default
 *     true
 */
@ConfigurationProperties("concertina.instance")
public record InstanceSettings(
        Optional<String> id,
        @DurationUnit(ChronoUnit.SECONDS) Optional<Duration> drainDelay,
        @DefaultValue("30s") @DurationUnit(ChronoUnit.SECONDS) Duration drainWithin,
        @DefaultValue("true") boolean exitOnFatal) {
    public InstanceSettings {
        if (!drainWithin.isPositive()) {
            throw new IllegalArgumentException(
                    "concertina.instance.drain-within is "
                            + drainWithin
                            + ", so every request would be cut. Give it 10s to 30s.");
        }
        if (drainDelay.filter(delay -> delay.compareTo(drainWithin) >= 0).isPresent()) {
            throw new IllegalArgumentException(
                    "concertina.instance.drain-delay is "
                            + drainDelay.get()
                            + " and concertina.instance.drain-within only "
                            + drainWithin
                            + ", so no time is left to end requests. Make the delay shorter.");
        }
    }
}
