package dev.concertina.fleet.start;

import dev.concertina.fleet.host.Exit;
import dev.concertina.fleet.host.Host;
import dev.concertina.fleet.host.HostException;
import dev.concertina.fleet.host.Instance;
import dev.concertina.fleet.host.LaunchSpec;
import dev.concertina.fleet.host.Signal;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A program that is run to its end. Blocks, so use a virtual thread. */
final class Run {
    private Run() {}

    /**
     * @return empty if it ended well, else how it did not, such as {@code exit code 1}
     */
    static Optional<String> failure(Host host, LaunchSpec spec, Duration within) {
        try {
            Instance instance = host.start(spec);
            Exit exit = ended(instance, within);
            return exit.equals(Exit.of(0)) ? Optional.empty() : Optional.of(exit.toString());
        } catch (HostException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (TimeoutException e) {
            return Optional.of("no end within " + within.toSeconds() + " s");
        }
    }

    private static Exit ended(Instance instance, Duration within) throws TimeoutException {
        try {
            return instance.exit()
                    .toCompletableFuture()
                    .get(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            instance.signal(Signal.KILL);
            throw e;
        } catch (ExecutionException e) {
            throw new IllegalStateException("exit stages never fail", e);
        } catch (InterruptedException e) {
            instance.signal(Signal.KILL);
            Thread.currentThread().interrupt();
            throw new HostException("interrupted", e);
        }
    }
}
