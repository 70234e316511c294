package dev.concertina.gateway.observe;

/** What one instance was asked. Event loops keep it beside the target and record without locks. */
public final class InstanceMetrics {
    private final Histogram durations = new Histogram();

    InstanceMetrics() {}

    /** A response of this instance is over. */
    public void served(long nanos) {
        durations.record(nanos);
    }

    Histogram durations() {
        return durations;
    }
}
