package dev.concertina.starter.channel;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;

/** What happened on this instance. */
final class Counters {
    final LongAdder published = new LongAdder();
    final LongAdder repeated = new LongAdder();
    final LongAdder delivered = new LongAdder();
    final LongAdder resumed = new LongAdder();
    final LongAdder resets = new LongAdder();
    final LongAdder slow = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder caughtUp = new LongAdder();
    private volatile LongConsumer publishing = nanos -> {};
    private volatile LongConsumer delivery = nanos -> {};

    void onPublishing(LongConsumer nanos) {
        publishing = nanos;
    }

    void onDelivery(LongConsumer nanos) {
        delivery = nanos;
    }

    void published(long nanos) {
        published.increment();
        publishing.accept(nanos);
    }

    void delivered(long nanos) {
        delivered.increment();
        delivery.accept(nanos);
    }
}
