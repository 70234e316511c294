package dev.concertina.starter.channel;

import dev.concertina.starter.instance.DrainStep;
import java.time.Duration;

/** Sends subscribers elsewhere, spread over a while, so that the others are not overrun. */
final class Leaving implements DrainStep {
    private final Feeds feeds;
    private final Duration spread;

    Leaving(Feeds feeds, Duration spread) {
        this.feeds = feeds;
        this.spread = spread;
    }

    @Override
    public String name() {
        return "channels";
    }

    @Override
    public Phase phase() {
        return Phase.STREAMS;
    }

    @Override
    public String drain(Duration within) throws InterruptedException {
        var half = within.dividedBy(2);
        return feeds.leave(spread.compareTo(half) < 0 ? spread : half) + " sent elsewhere";
    }
}
