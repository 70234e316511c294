package dev.concertina.starter.instance;

import java.time.Duration;

/** Ends server-sent events and the like: their clients come again by themselves. */
final class Streams implements DrainStep {
    private final Traffic traffic;

    Streams(Traffic traffic) {
        this.traffic = traffic;
    }

    @Override
    public String name() {
        return "streams";
    }

    @Override
    public Phase phase() {
        return Phase.STREAMS;
    }

    @Override
    public String drain(Duration within) {
        return traffic.endStreams() + " ended";
    }
}
