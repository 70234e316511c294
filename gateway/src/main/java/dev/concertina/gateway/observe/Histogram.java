package dev.concertina.gateway.observe;

import java.util.concurrent.atomic.LongAdder;

/** How long requests took, counted in fixed steps. Any thread may record. */
final class Histogram {
    /** Upper bounds in microseconds; what is longer is counted in the last place. */
    private static final long[] BOUNDS = {
        500,
        1_000,
        2_500,
        5_000,
        10_000,
        25_000,
        50_000,
        100_000,
        250_000,
        500_000,
        1_000_000,
        2_500_000,
        5_000_000,
        10_000_000,
        30_000_000
    };

    private final LongAdder[] counts = new LongAdder[BOUNDS.length + 1];
    private final LongAdder nanos = new LongAdder();

    Histogram() {
        for (int i = 0; i < counts.length; i++) {
            counts[i] = new LongAdder();
        }
    }

    void record(long durationNanos) {
        int place = 0;
        while (place < BOUNDS.length && durationNanos > BOUNDS[place] * 1000) {
            place++;
        }
        counts[place].increment();
        nanos.add(durationNanos);
    }

    void write(Exposition to, String name, String label, String value) {
        long sum = 0;
        for (int i = 0; i < counts.length; i++) {
            sum += counts[i].sum();
            String bound = i == BOUNDS.length ? "+Inf" : Exposition.number(BOUNDS[i] / 1e6);
            to.sample(name + "_bucket", sum, label, value, "le", bound);
        }
        to.sample(name + "_sum", nanos.sum() / 1e9, label, value);
        to.sample(name + "_count", sum, label, value);
    }
}
