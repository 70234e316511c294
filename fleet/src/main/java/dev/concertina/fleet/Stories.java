package dev.concertina.fleet;

import dev.concertina.fleet.console.FleetEvent;
import dev.concertina.fleet.runtime.Chronicle;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/**
 * Hands a story to somebody who may be slow: the fleet's writer only queues, the caller's own
 * thread tells.
 */
final class Stories {
    private Stories() {}

    /** Work that waits. */
    @FunctionalInterface
    interface Work<T> {
        T call() throws Exception;
    }

    /** Does the work on a thread of its own and tells what happens meanwhile on the caller's. */
    static <T> T during(Chronicle chronicle, Consumer<FleetEvent> story, Work<T> work) {
        var queue = new LinkedBlockingQueue<Runnable>();
        Runnable unfollow =
                chronicle.follow(chronicle.next(), event -> queue.add(() -> story.accept(event)));
        var task = new FutureTask<T>(work::call);
        try {
            Thread.ofVirtual()
                    .name("command")
                    .start(() -> {
                        task.run();
                        queue.add(() -> {});
                    });
            while (!task.isDone() || !queue.isEmpty()) {
                queue.take().run();
            }
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted; the fleet goes on with the command", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause
                    ? cause
                    : new IllegalStateException(e.getCause());
        } finally {
            unfollow.run();
        }
    }

    /** Tells every event until interrupted, or until the end and everything before it was told. */
    static void follow(
            Chronicle chronicle,
            long from,
            CompletableFuture<Void> end,
            Consumer<FleetEvent> story) {
        var queue = new LinkedBlockingQueue<Runnable>();
        Runnable unfollow = chronicle.follow(from, event -> queue.add(() -> story.accept(event)));
        var _ = end.thenRun(() -> queue.add(() -> {}));
        try {
            while (!end.isDone() || !queue.isEmpty()) {
                queue.take().run();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            unfollow.run();
        }
    }
}
