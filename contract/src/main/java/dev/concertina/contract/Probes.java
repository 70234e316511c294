package dev.concertina.contract;

/** The probe paths an instance with the starter serves. */
public final class Probes {
    /** State of the instance and of each dependency. */
    public static final String HEALTH = "/health";

    /** 200 when the instance may be given requests, 503 when it starts, drains or cannot serve. */
    public static final String READY = "/health/ready";

    /** 200 as long as restarting the process would not help. */
    public static final String LIVE = "/health/live";

    private Probes() {}
}
