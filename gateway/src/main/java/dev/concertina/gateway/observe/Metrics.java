package dev.concertina.gateway.observe;

import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * The gateway's counts, as Prometheus reads them. Any thread records, none waits.
 *
 * <p>What is counted elsewhere or is a level, not a count, comes as {@link Levels} when the text is
 * asked for.
 */
public final class Metrics {
    public static final String CONTENT_TYPE = Exposition.CONTENT_TYPE;

    private static final String PREFIX = "concertina_gateway_";
    private static final int CLASSES = 6;

    private final LongAdder[] responses = new LongAdder[CLASSES];
    private final LongAdder limited = new LongAdder();
    private final ConcurrentHashMap<String, InstanceMetrics> instances = new ConcurrentHashMap<>();

    /**
     * The rest, at this moment.
     *
     * @param retries tries after the first
     * @param unserved requests that the gateway answered for want of an instance
     * @param connections of clients
     * @param held requests that wait for an instance
     * @param logLinesDropped of the access log
     * @param inFlight requests by instance
     * @param certificates ends of validity by name
     */
    public record Levels(
            long retries,
            long unserved,
            long connections,
            int eventLoops,
            int held,
            long logLinesDropped,
            Map<String, Integer> inFlight,
            Map<String, Instant> certificates) {}

    public Metrics() {
        for (int i = 0; i < CLASSES; i++) {
            responses[i] = new LongAdder();
        }
    }

    /**
     * A response is over.
     *
     * @param status 0 if the client went away before there was one
     */
    public void responded(int status) {
        int hundreds = status / 100;
        responses[hundreds < CLASSES && hundreds > 0 ? hundreds : 0].increment();
    }

    /** A request was refused by a rate limit. */
    public void limited() {
        limited.increment();
    }

    /** The instance's own, made at the first call. */
    public InstanceMetrics instance(String id) {
        return instances.computeIfAbsent(id, unknown -> new InstanceMetrics());
    }

    /** Forgets instances that are gone. */
    public void retain(Set<String> ids) {
        instances.keySet().retainAll(ids);
    }

    /** The text, of type {@link #CONTENT_TYPE}. */
    public String text(Levels levels) {
        Exposition to = new Exposition();
        writeRequests(to, levels);
        writeLevels(to, levels);
        writeInstances(to, levels);
        Machine.write(to);
        return to.toString();
    }

    private void writeRequests(Exposition to, Levels levels) {
        String requests = PREFIX + "requests_total";
        to.metric(requests, "counter", "Requests by class of the response's status.");
        for (int i = 1; i < CLASSES; i++) {
            to.sample(requests, responses[i].sum(), "code", i + "xx");
        }
        to.sample(requests, responses[0].sum(), "code", "none");
        counter(to, "retries_total", "Tries after the first.", levels.retries());
        counter(to, "unserved_total", "Requests that no instance could answer.", levels.unserved());
        counter(to, "limited_total", "Requests refused by a rate limit.", limited.sum());
        counter(
                to,
                "access_log_dropped_total",
                "Lines that are missing in the access log.",
                levels.logLinesDropped());
    }

    private static void counter(Exposition to, String name, String help, long value) {
        to.one(PREFIX + name, "counter", help, value);
    }

    private static void writeLevels(Exposition to, Levels levels) {
        to.one(PREFIX + "connections", "gauge", "Open connections.", levels.connections());
        to.one(PREFIX + "held_requests", "gauge", "Requests that wait.", levels.held());
        to.one(PREFIX + "event_loops", "gauge", "Event loops.", levels.eventLoops());
        if (!levels.certificates().isEmpty()) {
            String expiry = PREFIX + "certificate_expiry_timestamp_seconds";
            to.metric(expiry, "gauge", "When certificates end, in seconds of the epoch.");
            new TreeMap<>(levels.certificates())
                    .forEach((name, end) -> to.sample(expiry, end.getEpochSecond(), "name", name));
        }
    }

    private void writeInstances(Exposition to, Levels levels) {
        String inFlight = PREFIX + "requests_in_flight";
        to.metric(inFlight, "gauge", "Requests at an instance.");
        new TreeMap<>(levels.inFlight())
                .forEach((id, count) -> to.sample(inFlight, count, "instance", id));
        String duration = PREFIX + "request_duration_seconds";
        to.metric(duration, "histogram", "From the request's head to its response's end.");
        instances.entrySet().stream()
                .sorted(Comparator.comparing(Map.Entry::getKey))
                .forEach(entry ->
                        entry.getValue()
                                .durations()
                                .write(to, duration, "instance", entry.getKey()));
    }
}
