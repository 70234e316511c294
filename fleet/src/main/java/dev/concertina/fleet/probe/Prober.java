package dev.concertina.fleet.probe;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Asks one instance one question. When to ask is decided in {@code control}. */
public interface Prober {
    /**
     * Completes, never exceptionally, within {@code timeout} and a little. Redirects are not
     * followed; at most the first 500 characters of a body are kept.
     */
    CompletionStage<ProbeResult> probe(URI uri, Duration timeout);
}
