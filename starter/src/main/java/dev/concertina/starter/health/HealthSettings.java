package dev.concertina.starter.health;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What {@code /health} says, and to whom.
 *
 * @param enabled whether the three paths are served; default true
 * @param timeout for all dependencies together; default 2 s
 * @param details who is told more than the state; default those whose address is of this machine or
 *     of a private network
 */
@ConfigurationProperties("concertina.health")
public record HealthSettings(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("2s") Duration timeout,
        @DefaultValue("private") Details details) {
    /** Who is told of hosts, errors and load. */
    public enum Details {
        ALWAYS,
        PRIVATE,
        NEVER
    }
}
