package dev.concertina.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** How the suites wait. Adapters of the real world poll; simulated ones override and advance. */
public abstract class ContractSuite {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LOOK_EVERY = Duration.ofMillis(5);

    /** Lets time pass until the condition holds, and fails if it never does. */
    protected void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
        }
    }

    /** Lets time pass until the stage is complete. */
    protected final <T> T get(CompletionStage<T> stage) {
        CompletableFuture<T> future = stage.toCompletableFuture();
        await("the stage completes", future::isDone);
        return future.join();
    }
}
