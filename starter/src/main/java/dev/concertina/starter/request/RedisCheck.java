package dev.concertina.starter.request;

import dev.concertina.starter.instance.Check;
import java.time.Duration;
import java.util.Optional;

/** Asks Redis for a sign of life. */
final class RedisCheck implements Check {
    private final Redis redis;

    RedisCheck(Redis redis) {
        this.redis = redis;
    }

    @Override
    public String name() {
        return "redis";
    }

    @Override
    public Finding find() {
        long started = System.nanoTime();
        Optional<String> error = Optional.empty();
        try {
            redis.ping();
        } catch (Outage e) {
            error = Optional.of(String.valueOf(e.getMessage()));
        }
        return new Finding(Duration.ofNanos(System.nanoTime() - started), error);
    }
}
