package dev.concertina.starter.instance;

import dev.concertina.contract.Env;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Defaults an application gets by being one of many: its identity, the addresses the fleet hands
 * over, and a stop that fits into 30 seconds. Everything has the lowest precedence, so any setting
 * of the application wins.
 */
final class InstanceEnvironment implements EnvironmentPostProcessor {
    private static final String SOURCE = "concertinaDefaults";

    @Override
    public void postProcessEnvironment(
            ConfigurableEnvironment environment, SpringApplication application) {
        if (environment.getPropertySources().contains(SOURCE)) {
            return;
        }
        Map<String, Object> defaults = new LinkedHashMap<>();
        defaults.put(Instance.ID_PROPERTY, Instance.newId(environment).value());
        defaults.put("server.shutdown", "graceful");
        defaults.put("spring.lifecycle.timeout-per-shutdown-phase", "10s");
        // The instance stands behind the gateway, which drops what strangers forward.
        defaults.put("server.forward-headers-strategy", "native");
        database(environment, defaults);
        redis(environment, defaults);
        environment.getPropertySources().addLast(new MapPropertySource(SOURCE, defaults));
    }

    private static void redis(ConfigurableEnvironment environment, Map<String, Object> defaults) {
        var given = environment.getProperty(Env.REDIS_URL);
        if (given != null && !given.isBlank()) {
            var url = given.strip();
            defaults.put("concertina.redis.url", url);
            defaults.putAll(SpringRedis.keys(url));
            return;
        }
        SpringRedis.url(environment).ifPresent(url -> defaults.put("concertina.redis.url", url));
    }

    private static void database(
            ConfigurableEnvironment environment, Map<String, Object> defaults) {
        var given = environment.getProperty(Env.DATABASE_URL);
        if (given == null || given.isBlank()) {
            return;
        }
        if (given.startsWith("jdbc:")) {
            defaults.put("spring.datasource.url", given);
        } else {
            fromUri(given, defaults);
        }
        copy(environment, Env.DATABASE_USER, "spring.datasource.username", defaults);
        copy(environment, Env.DATABASE_PASSWORD, "spring.datasource.password", defaults);
    }

    private static void fromUri(String given, Map<String, Object> defaults) {
        URI uri;
        try {
            uri = URI.create(given.strip().replaceFirst("^postgres:", "postgresql:"));
        } catch (IllegalArgumentException e) {
            throw unreadable();
        }
        if (!"postgresql".equals(uri.getScheme()) || uri.getHost() == null) {
            throw unreadable();
        }
        var port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        var query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        defaults.put(
                "spring.datasource.url",
                "jdbc:postgresql://" + uri.getHost() + port + uri.getRawPath() + query);
        var user = uri.getUserInfo();
        if (user != null) {
            var parts = user.split(":", 2);
            defaults.put("spring.datasource.username", parts[0]);
            if (parts.length == 2) {
                defaults.put("spring.datasource.password", parts[1]);
            }
        }
    }

    // The value may hold a password, so the message does not repeat it.
    private static IllegalArgumentException unreadable() {
        return new IllegalArgumentException(
                "DATABASE_URL is not of the form postgresql://host:port/database."
                        + " Write it so, or set spring.datasource.url instead.");
    }

    private static void copy(
            ConfigurableEnvironment environment,
            String from,
            String to,
            Map<String, Object> defaults) {
        var value = environment.getProperty(from);
        if (value != null) {
            defaults.put(to, value);
        }
    }
}
