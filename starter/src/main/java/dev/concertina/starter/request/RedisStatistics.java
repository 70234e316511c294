package dev.concertina.starter.request;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;

/** What the calls to Redis of one instance came to. */
final class RedisStatistics {
    private final LongAdder failures = new LongAdder();
    private final LongAdder waiting = new LongAdder();
    private final LongAdder redirects = new LongAdder();
    private volatile LongConsumer latency = nanos -> {};

    void began() {
        waiting.increment();
    }

    void ended(long nanos) {
        waiting.decrement();
        latency.accept(nanos);
    }

    void failed() {
        failures.increment();
    }

    void redirected() {
        redirects.increment();
    }

    /** Told how many nanoseconds each call took, answered or not. */
    void onLatency(LongConsumer latency) {
        this.latency = latency;
    }

    /** Calls that failed since the start. */
    long failures() {
        return failures.sum();
    }

    /** Calls that wait for their answer at the moment. */
    long waiting() {
        return waiting.sum();
    }

    /** Calls that another server had to be asked. */
    long redirects() {
        return redirects.sum();
    }
}
