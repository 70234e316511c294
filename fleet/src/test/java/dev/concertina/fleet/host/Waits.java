package dev.concertina.fleet.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting for the operating system in tests. */
final class Waits {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private Waits() {}

    static void until(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
    }

    static Exit end(Instance instance) {
        CompletableFuture<Exit> exit = instance.exit().toCompletableFuture();
        until(instance + " ends", exit::isDone);
        return exit.join();
    }
}
