package dev.concertina.starter.limit;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Among how many instances a limit is shared while Redis is away. Every few seconds a question
 * carries the instance's name, and the reply says how many did so lately.
 */
final class Fleet {
    private static final long EVERY_NANOS = Duration.ofSeconds(5).toNanos();

    private final String instance;
    private final Optional<Integer> given;
    private final int atMost;
    private final LongSupplier nanos;
    private final AtomicLong nextNanos;
    private volatile int counted;

    /**
     * @param given the number, when somebody wrote it down
     * @param atMost holds as long as nobody has counted
     */
    Fleet(String instance, Optional<Integer> given, int atMost, LongSupplier nanos) {
        this.instance = instance;
        this.given = given;
        this.atMost = atMost;
        this.nanos = nanos;
        this.nextNanos = new AtomicLong(nanos.getAsLong());
    }

    /** The name to report, when it is time to. */
    Optional<String> due() {
        long now = nanos.getAsLong();
        long next = nextNanos.get();
        return now - next >= 0 && nextNanos.compareAndSet(next, now + EVERY_NANOS)
                ? Optional.of(instance)
                : Optional.empty();
    }

    void learned(int instances) {
        if (instances > 0) {
            counted = instances;
        }
    }

    int size() {
        return given.orElse(counted > 0 ? counted : atMost);
    }
}
