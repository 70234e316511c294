package dev.concertina.fleet.host;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Notices the end of processes that are nobody's child here. The JDK's {@code ProcessHandle.onExit}
 * waits for a zombie until its parent reaps it, which pid 1 of a container may never do, so this
 * asks for the identity itself, five times a second.
 */
final class ExitWatch {
    private static final long EVERY_MILLIS = 200;

    private final ProcessTable table;
    private final Map<ProcessIdentity, CompletableFuture<Exit>> watched = new ConcurrentHashMap<>();
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("exit-watch").factory());

    ExitWatch(ProcessTable table) {
        this.table = table;
        ScheduledFuture<?> _ =
                clock.scheduleWithFixedDelay(
                        this::look, EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    CompletableFuture<Exit> of(ProcessIdentity identity) {
        return watched.computeIfAbsent(identity, _ -> new CompletableFuture<>());
    }

    private void look() {
        watched.forEach((identity, exit) -> {
            if (!table.runs(identity)) {
                watched.remove(identity);
                exit.complete(Exit.unknown());
            }
        });
    }

    void close() {
        clock.shutdownNow();
    }
}
