package dev.concertina.starter.observe;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What operators see.
 *
 * @param log how lines look, and from which level; default as {@code LOG_FORMAT} and {@code
 *     LOG_LEVEL} say
 * @param database whether statements are timed and traced; default true
 * @param redis whether calls are timed and traced; default true
 */
@ConfigurationProperties("concertina.observe")
public record ObserveSettings(
        @DefaultValue Log log,
        @DefaultValue("true") boolean database,
        @DefaultValue("true") boolean redis) {

    /** Form of a log line. */
    public enum Format {
        /** {@code [time] [LEVEL] [instance] message}. */
        TEXT,
        /** One JSON object: time, level, instance, release, requestId, traceId, message. */
        JSON,
        /** Elastic Common Schema. */
        ECS,
        LOGSTASH,
        /** Graylog Extended Log Format. */
        GELF
    }

    /**
     * @param format default text
     * @param level of everything that has none of its own; default Boot's
     */
    public record Log(@DefaultValue("text") Format format, @DefaultValue("") String level) {}
}
