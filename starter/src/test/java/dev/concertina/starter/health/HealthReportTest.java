package dev.concertina.starter.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.contract.InstanceId;
import dev.concertina.starter.instance.Check.Finding;
import dev.concertina.starter.instance.Instance;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HealthReportTest {
    private static final Instant START = Instant.parse("2026-11-20T10:00:00Z");
    private static final Instance INSTANCE =
            new Instance(new InstanceId("web-1"), "host-7.internal", 42, START, "r3");

    private static Map<String, Finding> findings() {
        var findings = new LinkedHashMap<String, Finding>();
        findings.put("redis", new Finding(Duration.ofMillis(3), Optional.empty()));
        findings.put(
                "database", new Finding(Duration.ofMillis(250), Optional.of("SQL state 08001")));
        return findings;
    }

    @Test
    @SuppressWarnings("unchecked")
    void everyDependencySaysItsStateErrorAndLatency() {
        var report = HealthReport.of("degraded", INSTANCE, findings(), START.plusSeconds(90));
        assertThat(report).containsEntry("status", "degraded");
        var dependencies = (Map<String, Object>) report.get("dependencies");
        assertThat(dependencies)
                .containsEntry("redis", Map.of("status", "up", "millis", 3L))
                .containsEntry(
                        "database",
                        Map.of("status", "down", "millis", 250L, "error", "SQL state 08001"));
        var instance = (Map<String, Object>) report.get("instance");
        assertThat(instance)
                .containsEntry("host", "host-7.internal")
                .containsEntry("pid", 42L)
                .containsEntry("release", "r3")
                .containsEntry("uptimeSeconds", 90L)
                .containsKeys("cpus", "load", "memory");
    }

    @Test
    void strangersSeeNoHostsErrorsOrLoad() {
        var report = HealthReport.toStrangers("degraded", INSTANCE, findings());
        assertThat(report.toString())
                .contains("degraded", "web-1", "redis", "down")
                .doesNotContain("host-7", "08001", "42", "r3", "250", "memory");
    }
}
