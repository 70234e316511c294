package dev.concertina.starter.job;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** Enqueues recurring jobs when they are due. Of all instances one does it each time. */
final class Ticker {
    private static final Duration LONG = Duration.ofDays(1);

    private final JobStore store;
    private final Map<String, Recurrence> recurring = new HashMap<>();
    private final Map<String, String> schedules = new HashMap<>();
    private final Runnable wake;
    private boolean planned;

    /**
     * @param wake called when something was enqueued
     */
    Ticker(JobStore store, Collection<Handler> handlers, Runnable wake) {
        this.store = store;
        this.wake = wake;
        for (var handler : handlers) {
            handler.recurrence()
                    .ifPresent(recurrence -> {
                        recurring.put(handler.name(), recurrence);
                        schedules.put(handler.name(), recurrence.schedule());
                    });
        }
    }

    /**
     * @return how long until the next is due
     */
    Duration tick(Instant now) {
        if (recurring.isEmpty()) {
            return LONG;
        }
        if (!planned) {
            recurring.forEach((name, recurrence) ->
                    store.plan(name, recurrence.schedule(), recurrence.next(now)));
            planned = true;
        }
        var next = now.plus(LONG);
        for (var due : store.due(schedules).entrySet()) {
            var at = due.getValue();
            if (!at.isAfter(now)) {
                at = tick(due.getKey(), at, now);
            }
            next = at.isBefore(next) ? at : next;
        }
        return Duration.between(now, next);
    }

    // What was missed is made up for once: the next time is after now.
    private Instant tick(String name, Instant due, Instant now) {
        var recurrence = Objects.requireNonNull(recurring.get(name));
        var next = recurrence.next(due);
        if (!next.isAfter(now)) {
            next = recurrence.next(now);
        }
        if (store.tick(name, recurrence.schedule(), due, next)) {
            wake.run();
        }
        return next;
    }
}
