package dev.concertina.starter.instance;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.convert.DurationUnit;

/**
 * How this instance takes part and leaves.
 *
 * @param id identity; default {@code INSTANCE_ID}, else host name, pid and chance
 * @param drainDelay how long to go on serving with readiness down before the listener closes;
 *     default 0 s under a fleet, which drains before it stops an instance, else 2 s
 */
@ConfigurationProperties("concertina.instance")
public record InstanceSettings(
        Optional<String> id, @DurationUnit(ChronoUnit.SECONDS) Optional<Duration> drainDelay) {}
