package dev.concertina.starter.request;

import java.time.Duration;
import java.util.Optional;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where shared state is kept and how long to wait for it.
 *
 * @param url {@code redis://}, {@code rediss://} or {@code redis-sentinel://}; default {@code
 *     REDIS_URL}, then {@code spring.data.redis.url}
 * @param timeout of one call; default 400 ms
 * @param connectTimeout of one attempt to connect; default 400 ms
 * @param queue calls that may wait for their answer at one time; default 10000
 * @param namespace first part of every key; default the application's name
 * @param circuit when to stop asking
 */
@ConfigurationProperties("concertina.redis")
public record RedisSettings(
        Optional<String> url,
        @DefaultValue("400ms") Duration timeout,
        @DefaultValue("400ms") Duration connectTimeout,
        @DefaultValue("10000") int queue,
        Optional<String> namespace,
        @DefaultValue Circuit circuit) {
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
