package dev.concertina.starter.health;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What {@code /health} says.
 *
 * @param enabled whether the three paths are served; default true
 * @param timeout for all dependencies together; default 2 s
 */
@ConfigurationProperties("concertina.health")
public record HealthSettings(
        @DefaultValue("true") boolean enabled, @DefaultValue("2s") Duration timeout) {}
