package dev.concertina.starter.database;

import org.springframework.core.task.TaskDecorator;

/** A task works for the request that began it, on whatever thread. */
final class FreshnessDecorator implements TaskDecorator {
    @Override
    public Runnable decorate(Runnable task) {
        var freshness = Freshness.current();
        return () -> {
            var before = Freshness.enter(freshness);
            try {
                task.run();
            } finally {
                Freshness.enter(before);
            }
        };
    }
}
