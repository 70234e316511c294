package dev.concertina.starter.job;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How jobs are done.
 *
 * @param enabled whether there is a {@link Jobs} at all; default true
 * @param store default postgres where the application has a DataSource of PostgreSQL, else memory
 * @param schema who makes the tables; default create
 * @param workers jobs this instance does at one time; default 10, 0 only enqueues
 * @param poll how often to look, should all hints be lost; default 1 s
 * @param deadAfter without a sign of life an instance is dead after this; default 10 s
 * @param attempts how often a job is started before it is a dead letter; default 10
 * @param crashes how often an instance ends with a job before that is a dead letter; default 5
 * @param retry waits after failures
 * @param keys how long an idempotency key is known; default 1 day
 * @param connections to the database for claiming and listening, besides the application's pool;
 *     default 3
 * @param queues by name, where one has limits of its own
 * @param alert from when on somebody should look
 */
@ConfigurationProperties("concertina.job")
public record JobSettings(
        @DefaultValue("true") boolean enabled,
        Optional<Store> store,
        @DefaultValue("create") Schema schema,
        @DefaultValue("10") int workers,
        @DefaultValue("1s") Duration poll,
        @DefaultValue("10s") Duration deadAfter,
        @DefaultValue("10") int attempts,
        @DefaultValue("5") int crashes,
        @DefaultValue Waits retry,
        @DefaultValue("1d") Duration keys,
        @DefaultValue("3") int connections,
        @DefaultValue Map<String, Queue> queues,
        @DefaultValue Alert alert) {

    static final String PREFIX = "concertina.job.";

    /** Where jobs are kept. */
    public enum Store {
        POSTGRES,
        /** In this instance: for tests and development. They end with it. */
        MEMORY
    }

    /** Who makes the tables. */
    public enum Schema {
        /** The first instance that needs them; the others wait for it. */
        CREATE,
        /** Somebody else; the start fails if they are not what this release needs. */
        VALIDATE,
        /** Somebody else; nobody looks. */
        OFF
    }

    public JobSettings {
        queues = Map.copyOf(queues);
        require(workers >= 0 && workers <= 1000, "workers", workers, "1 to 1000, or 0");
        require(poll.toMillis() >= 10, "poll", poll, "1s");
        require(deadAfter.toMillis() >= 1000, "dead-after", deadAfter, "1s or more, such as 10s");
        require(attempts >= 1, "attempts", attempts, "1 or more");
        require(crashes >= 1, "crashes", crashes, "1 or more");
        require(keys.isPositive(), "keys", keys, "1d");
        require(connections >= 2, "connections", connections, "2 or more");
        queues.forEach((name, queue) -> queue.check("queues." + name));
    }

    /**
     * @param first after the first failure; doubles each time; default 2 s
     * @param max the longest; default 10 m
     * @param jitter share by which it is longer or shorter by chance; default 0.2
     */
    public record Waits(
            @DefaultValue("2s") Duration first,
            @DefaultValue("10m") Duration max,
            @DefaultValue("0.2") double jitter) {
        public Waits {
            require(first.isPositive(), "retry.first", first, "2s");
            require(max.compareTo(first) >= 0, "retry.max", max, "retry.first or more");
            require(jitter >= 0 && jitter < 1, "retry.jitter", jitter, "a share such as 0.2, or 0");
        }
    }

    /**
     * @param workers how many of the instance's workers at one time at most; default all
     * @param rate how many begin over all instances, such as {@code 100/m}; default as many as can
     * @param burst how many of these at once; default a twentieth of the rate's number
     */
    public record Queue(Optional<Integer> workers, Optional<String> rate, Optional<Integer> burst) {
        private void check(String key) {
            workers.ifPresent(count -> require(count >= 1, key + ".workers", count, "1 or more"));
            burst.ifPresent(count -> require(count >= 1, key + ".burst", count, "1 or more"));
            require(
                    burst.isEmpty() || rate.isPresent(),
                    key + ".burst",
                    burst.orElse(0),
                    key + ".rate too");
            pace(key);
        }

        // The cause has no key to say; what is shown is the innermost.
        @SuppressWarnings("UnusedException")
        Optional<Pace> pace(String key) {
            try {
                return rate.map(text -> Pace.of(text, burst));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(PREFIX + key + ".rate " + e.getMessage());
            }
        }
    }

    /**
     * @param age of the oldest job that is due; default 15 m
     * @param depth jobs that are due; default none
     * @param dead dead letters; default 1
     * @param every how often to look; default 15 s
     */
    public record Alert(
            @DefaultValue("15m") Duration age,
            Optional<Long> depth,
            @DefaultValue("1") long dead,
            @DefaultValue("15s") Duration every) {
        public Alert {
            require(age.isPositive(), "alert.age", age, "15m");
            require(depth.orElse(1L) >= 1, "alert.depth", depth.orElse(0L), "1 or more");
            require(dead >= 1, "alert.dead", dead, "1 or more");
            require(every.toMillis() >= 100, "alert.every", every, "15s");
        }
    }

    private static void require(boolean holds, String key, Object value, String instead) {
        if (!holds) {
            throw new IllegalArgumentException(
                    PREFIX + key + " is " + value + ". Give it " + instead + ".");
        }
    }

    Retry backOff() {
        return new Retry(retry.first(), retry.max(), retry.jitter());
    }

    int workers(String queue) {
        return Optional.ofNullable(queues.get(queue))
                .flatMap(Queue::workers)
                .map(own -> Math.min(own, workers))
                .orElse(workers);
    }

    Optional<Pace> pace(String queue) {
        return Optional.ofNullable(queues.get(queue)).flatMap(own -> own.pace("queues." + queue));
    }
}
