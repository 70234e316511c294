package dev.concertina.starter.request;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where shared state is kept and how long to wait for it.
 *
 * @param url {@code redis://}, {@code redis-sentinel://} or {@code redis-cluster://}, with {@code
 *     rediss} instead for TLS; default {@code REDIS_URL}, then {@code spring.data.redis.*}
 * @param timeout of one call; default 400 ms
 * @param connectTimeout of one attempt to connect; default 400 ms
 * @param queue calls that may wait for their answer at one time; default 10000
 * @param namespace first part of every key; default the application's name
 * @param circuit when to stop asking
 * @param watch how often Sentinels and cluster nodes are asked who is the primary; default 2 s
 */
@ConfigurationProperties("concertina.redis")
public record RedisSettings(
        Optional<String> url,
        @DefaultValue("400ms") Duration timeout,
        @DefaultValue("400ms") Duration connectTimeout,
        @DefaultValue("10000") int queue,
        Optional<String> namespace,
        @DefaultValue Circuit circuit,
        @DefaultValue("2s") Duration watch,
        @DefaultValue Tls tls,
        @DefaultValue Sentinel sentinel) {
    public RedisSettings {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException(
                    "concertina.redis.timeout is "
                            + timeout
                            + ", so no call could succeed. Give it 250ms to 500ms.");
        }
        if (queue < 1) {
            throw new IllegalArgumentException(
                    "concertina.redis.queue is " + queue + ". Raise it to 1 or more.");
        }
        if (!watch.isPositive()) {
            throw new IllegalArgumentException(
                    "concertina.redis.watch is " + watch + ". Give it 2s or more than 0.");
        }
    }

    /**
     * How {@code rediss} addresses are trusted.
     *
     * @param ca file of certificates in PEM that may sign the server's; default the JDK's
     * @param certificate file of our own in PEM, where the server asks for one
     * @param key file of its private key in PEM (PKCS #8)
     * @param hostname whether the server's certificate must name the host we ask; default true
     */
    public record Tls(
            Optional<String> ca,
            Optional<String> certificate,
            Optional<String> key,
            @DefaultValue("true") boolean hostname) {
        public Tls {
            readable("ca", ca);
            readable("certificate", certificate);
            readable("key", key);
            if (certificate.isPresent() != key.isPresent()) {
                throw new IllegalArgumentException(
                        "concertina.redis.tls.certificate and concertina.redis.tls.key belong"
                                + " together. Set both or neither.");
            }
        }

        private static void readable(String name, Optional<String> file) {
            if (file.filter(path -> !Files.isReadable(Path.of(path))).isPresent()) {
                throw new IllegalArgumentException(
                        "concertina.redis.tls."
                                + name
                                + " is "
                                + file.get()
                                + ", which cannot be read. Name a file in PEM.");
            }
        }
    }

    /**
     * How to enter the Sentinels, where they ask for a password of their own.
     *
     * @param username default none
     * @param password default none
     */
    public record Sentinel(Optional<String> username, Optional<String> password) {
        /** Not the password: it must not get into a log. */
        @Override
        public String toString() {
            return "Sentinel[]";
        }
    }

    /**
     * When Redis is not asked any more, and when it is tried again.
     *
     * @param failures calls that fail in a row before it is not asked; default 3
     * @param retry after the first attempt to reach it again, which is made at once; doubles each
     *     time; default 250 ms
     * @param retryMax the longest wait between two attempts; default 2 s
     */
    public record Circuit(
            @DefaultValue("3") int failures,
            @DefaultValue("250ms") Duration retry,
            @DefaultValue("2s") Duration retryMax) {
        public Circuit {
            if (failures < 1) {
                throw new IllegalArgumentException(
                        "concertina.redis.circuit.failures is "
                                + failures
                                + ". Raise it to 1 or more.");
            }
            if (!retry.isPositive() || !retryMax.isPositive()) {
                throw new IllegalArgumentException(
                        "concertina.redis.circuit.retry and retry-max must be longer than 0.");
            }
        }
    }
}
