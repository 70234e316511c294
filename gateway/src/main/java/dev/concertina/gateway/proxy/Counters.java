package dev.concertina.gateway.proxy;

import java.util.concurrent.atomic.LongAdder;

/** What the gateway has done since it started. */
public record Counters(
        LongAdder requests, LongAdder retried, LongAdder unserved, LongAdder connections) {
    static Counters zero() {
        return new Counters(new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder());
    }
}
