package dev.concertina.verifier.workload;

import dev.concertina.verifier.history.History;
import dev.concertina.verifier.history.RunClock;
import java.util.concurrent.atomic.AtomicInteger;

/** Where users come from: each has a number in this run and a name no other run uses. */
public final class Users {
    private final History history;
    private final RunClock clock;
    private final AtomicInteger last = new AtomicInteger();

    public Users(History history, RunClock clock) {
        this.history = history;
        this.clock = clock;
    }

    public User next() {
        int number = last.incrementAndGet();
        var run = Long.toString(clock.startedAt().toEpochMilli(), 36);
        return new User(number, "u" + run + "x" + number, history, clock);
    }
}
