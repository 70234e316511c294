package dev.concertina.fleet.host;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The time between a process being started and its first answer. Blocks, so use a virtual thread.
 *
 * @param abandoned asked often: whether nobody wants the process any more
 */
public record Startup(Instance instance, Duration within, BooleanSupplier abandoned) {
    private static final long ASK_EVERY_MILLIS = 20;

    /**
     * Asks until the answer is empty, which is "I serve".
     *
     * @return empty when it serves; else why it does not, such as {@code ended while it started
     *     (exit code 1)}
     */
    public Optional<String> failure(Supplier<Optional<String>> ask) {
        long begin = System.nanoTime();
        CompletableFuture<Exit> exit = instance.exit().toCompletableFuture();
        while (true) {
            Optional<String> answer = ask.get();
            if (answer.isEmpty()) {
                return answer;
            }
            if (abandoned.getAsBoolean()) {
                return Optional.of("was not waited for any longer");
            }
            if (ended(exit)) {
                return Optional.of("ended while it started (" + exit.join() + ")");
            }
            if (System.nanoTime() - begin > within.toNanos()) {
                return Optional.of(
                        "does not serve "
                                + within.toSeconds()
                                + " s after its start ("
                                + answer.get()
                                + ")");
            }
        }
    }

    private static boolean ended(CompletableFuture<Exit> exit) {
        try {
            exit.get(ASK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("exit stages never fail", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HostException("interrupted while a process started", e);
        }
    }
}
