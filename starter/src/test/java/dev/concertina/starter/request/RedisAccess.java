package dev.concertina.starter.request;

import java.time.Duration;
import java.util.Optional;

/** Opens the connection for tests of other packages. */
public final class RedisAccess {
    private RedisAccess() {}

    public static Redis open(String url, String namespace) {
        return open(url, namespace, Duration.ofSeconds(20));
    }

    /**
     * @param timeout of calls and of connecting
     */
    public static Redis open(String url, String namespace, Duration timeout) {
        return new Redis(
                RedisAddress.parse(url),
                new RedisSettings(
                        Optional.of(url),
                        timeout,
                        timeout,
                        10_000,
                        Optional.of(namespace),
                        new RedisSettings.Circuit(3, Duration.ofMillis(250), Duration.ofSeconds(2)),
                        Duration.ofSeconds(2),
                        new RedisSettings.Tls(
                                Optional.empty(), Optional.empty(), Optional.empty(), true),
                        new RedisSettings.Sentinel(Optional.empty(), Optional.empty())),
                namespace);
    }
}
