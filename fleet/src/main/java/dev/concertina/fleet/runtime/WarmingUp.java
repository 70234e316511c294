package dev.concertina.fleet.runtime;

import dev.concertina.fleet.control.Action;
import dev.concertina.fleet.probe.ProbeResult;
import dev.concertina.fleet.probe.Prober;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Requests to an instance that nobody waits for, one after the other, each path in turn. What they
 * answer does not matter, only that they were made.
 */
final class WarmingUp {
    private static final String LOOPBACK = "127.0.0.1";

    private final Prober prober;
    private final Action.WarmUp how;
    private final CompletableFuture<String> done = new CompletableFuture<>();
    private int made;
    private Duration spent = Duration.ZERO;
    private Duration last = Duration.ZERO;
    private Optional<String> odd = Optional.empty();

    WarmingUp(Prober prober, Action.WarmUp how) {
        this.prober = prober;
        this.how = how;
    }

    /** How it went, for people. */
    CompletionStage<String> run() {
        next();
        return done;
    }

    private void next() {
        Duration left = how.within().minus(spent);
        if (made == how.count() * how.paths().size() || !left.isPositive()) {
            done.complete(words());
            return;
        }
        String path = how.paths().get(made % how.paths().size());
        var _ =
                prober.probe(URI.create("http://" + LOOPBACK + ":" + how.port() + path), left)
                        .thenAccept(result -> {
                            heard(path, result);
                            next();
                        });
    }

    private void heard(String path, ProbeResult result) {
        made++;
        switch (result) {
            case ProbeResult.Answered a -> {
                last = a.took();
                spent = spent.plus(last);
                if (a.status() >= 400) {
                    odd = Optional.of("GET " + path + " answered " + a.status());
                }
            }
            case ProbeResult.TimedOut t -> {
                spent = spent.plus(t.after());
                odd = Optional.of("GET " + path + ": " + result);
            }
            case ProbeResult.Broken _ -> odd = Optional.of("GET " + path + ": " + result);
            case ProbeResult.Refused _ -> {
                // Nobody is there to be warmed up.
                spent = how.within();
                odd = Optional.of("GET " + path + ": " + result);
            }
        }
    }

    private String words() {
        return made
                + " requests in "
                + spent.toMillis()
                + " ms, the last in "
                + last.toMillis()
                + " ms"
                + odd.map(o -> "; " + o).orElse("");
    }
}
