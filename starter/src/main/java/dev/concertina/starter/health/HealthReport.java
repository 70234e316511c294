package dev.concertina.starter.health;

import dev.concertina.starter.instance.Check.Finding;
import dev.concertina.starter.instance.Instance;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** The body of {@code /health}: overall state, each dependency, and the instance itself. */
final class HealthReport {
    private HealthReport() {}

    static Map<String, Object> of(
            String status, Instance instance, Map<String, Finding> dependencies, Instant now) {
        var report = new LinkedHashMap<String, Object>();
        report.put("status", status);
        report.put("instance", instance(instance, now));
        var states = new LinkedHashMap<String, Object>();
        dependencies.forEach((name, finding) -> states.put(name, dependency(finding)));
        report.put("dependencies", states);
        return report;
    }

    /** Enough to see whether it works, and nothing of hosts, errors and load. */
    static Map<String, Object> toStrangers(
            String status, Instance instance, Map<String, Finding> dependencies) {
        var states = new LinkedHashMap<String, Object>();
        dependencies.forEach((name, finding) -> states.put(name, Map.of("status", state(finding))));
        var report = new LinkedHashMap<String, Object>();
        report.put("status", status);
        report.put("instance", Map.of("id", instance.id().value()));
        report.put("dependencies", states);
        return report;
    }

    private static String state(Finding finding) {
        return finding.up() ? "up" : "down";
    }

    private static Map<String, Object> dependency(Finding finding) {
        var state = new LinkedHashMap<String, Object>();
        state.put("status", state(finding));
        state.put("millis", finding.took().toMillis());
        finding.error().ifPresent(error -> state.put("error", error));
        return state;
    }

    private static Map<String, Object> instance(Instance instance, Instant now) {
        var runtime = Runtime.getRuntime();
        var memory = new LinkedHashMap<String, Object>();
        memory.put("usedBytes", runtime.totalMemory() - runtime.freeMemory());
        memory.put("maxBytes", runtime.maxMemory());
        var state = new LinkedHashMap<String, Object>();
        state.put("id", instance.id().value());
        state.put("release", instance.release());
        state.put("host", instance.host());
        state.put("pid", instance.pid());
        state.put("startedAt", instance.startedAt().toString());
        state.put("uptimeSeconds", Duration.between(instance.startedAt(), now).toSeconds());
        state.put("cpus", runtime.availableProcessors());
        state.put("load", ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        state.put("memory", memory);
        return state;
    }
}
