package dev.concertina.starter.observe;

import dev.concertina.contract.Env;
import dev.concertina.starter.instance.BadSetting;
import dev.concertina.starter.instance.Instance;
import dev.concertina.starter.observe.ObserveSettings.Format;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.util.ClassUtils;

/**
 * How log lines look and what is measured by default. It comes after the identity of the instance,
 * and has the lowest precedence: any setting of the application wins.
 */
final class ObserveEnvironment implements EnvironmentPostProcessor {
    private static final String SOURCE = "concertinaObserveDefaults";
    private static final String FORMAT = "concertina.observe.log.format";
    private static final String LEVEL = "concertina.observe.log.level";
    private static final List<String> LEVELS =
            List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "OFF");
    private static final String BUCKETS = "5ms,10ms,25ms,50ms,100ms,250ms,500ms,1s,2500ms,5s,10s";

    @Override
    public void postProcessEnvironment(
            ConfigurableEnvironment environment, SpringApplication application) {
        if (environment.getPropertySources().contains(SOURCE)) {
            return;
        }
        Map<String, Object> defaults = new LinkedHashMap<>();
        var id = environment.getProperty(Instance.ID_PROPERTY, "");
        format(environment, id, defaults);
        given(environment, LEVEL, "LOG_LEVEL")
                .ifPresent(level -> defaults.put("logging.level.root", level(level)));
        if (ClassUtils.isPresent(
                "org.springframework.boot.micrometer.metrics.autoconfigure.MetricsProperties",
                null)) {
            defaults.put("management.metrics.distribution.slo.http.server.requests", BUCKETS);
            defaults.put("server.tomcat.mbeanregistry.enabled", "true");
        }
        environment.getPropertySources().addLast(new MapPropertySource(SOURCE, defaults));
    }

    private static void format(Environment environment, String id, Map<String, Object> defaults) {
        var format = given(environment, FORMAT, "LOG_FORMAT").map(ObserveEnvironment::format);
        if (format.orElse(Format.TEXT) == Format.TEXT) {
            var pattern =
                    "[%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX}] [%p] ["
                            + id
                            + "] %replace(%X{requestId}){'(.+)','[$1] '}%logger{0}: %m%n%wEx";
            defaults.put("logging.pattern.console", pattern);
            defaults.put("logging.pattern.file", pattern);
            return;
        }
        var name = format.get() == Format.JSON ? "logstash" : lower(format.get());
        defaults.put("logging.structured.format.console", name);
        defaults.put("logging.structured.format.file", name);
        defaults.put("logging.structured.json.add.instance", id);
        var release = environment.getProperty(Env.RELEASE);
        if (release != null && !release.isBlank()) {
            defaults.put("logging.structured.json.add.release", release);
        }
        if (format.get() == Format.JSON) {
            var json = "logging.structured.json.";
            defaults.put(json + "rename[@timestamp]", "time");
            defaults.put(json + "rename[logger_name]", "logger");
            defaults.put(json + "rename[thread_name]", "thread");
            defaults.put(json + "rename[stack_trace]", "error");
            defaults.put(json + "exclude", "@version,level_value");
        }
    }

    private static String lower(Format format) {
        return format.name().toLowerCase(Locale.ROOT);
    }

    private static Optional<String> given(Environment environment, String key, String variable) {
        return Optional.ofNullable(environment.getProperty(key))
                .or(() -> Optional.ofNullable(environment.getProperty(variable)))
                .map(String::strip)
                .filter(value -> !value.isEmpty());
    }

    private static Format format(String value) {
        return Arrays.stream(Format.values())
                .filter(format -> format.name().equalsIgnoreCase(value))
                .findFirst()
                .orElseThrow(() ->
                        new BadSetting(
                                FORMAT + " (or LOG_FORMAT) is '" + value + "'.",
                                "Write one of text, json, ecs, logstash, gelf."));
    }

    private static String level(String value) {
        var level = value.toUpperCase(Locale.ROOT);
        if (!LEVELS.contains(level)) {
            throw new BadSetting(
                    LEVEL + " (or LOG_LEVEL) is '" + value + "'.",
                    "Write one of trace, debug, info, warn, error, off.");
        }
        return level;
    }
}
