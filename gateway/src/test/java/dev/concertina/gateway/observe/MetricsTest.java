package dev.concertina.gateway.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private static final Metrics.Levels LEVELS =
            new Metrics.Levels(
                    3,
                    2,
                    7,
                    4,
                    1,
                    0,
                    Map.of("app-2", 5, "app-1", 0),
                    Map.of("a\"b", Instant.ofEpochSecond(1_800_000_000)));

    private final Metrics metrics = new Metrics();

    @Test
    void everyCountHasItsLine() {
        metrics.responded(200);
        metrics.responded(204);
        metrics.responded(503);
        metrics.responded(0);
        metrics.limited();
        assertThat(metrics.text(LEVELS))
                .contains(
                        "concertina_gateway_requests_total{code=\"2xx\"} 2\n",
                        "concertina_gateway_requests_total{code=\"5xx\"} 1\n",
                        "concertina_gateway_requests_total{code=\"none\"} 1\n",
                        "concertina_gateway_retries_total 3\n",
                        "concertina_gateway_unserved_total 2\n",
                        "concertina_gateway_limited_total 1\n",
                        "concertina_gateway_access_log_dropped_total 0\n",
                        "concertina_gateway_connections 7\n",
                        "concertina_gateway_held_requests 1\n",
                        "concertina_gateway_event_loops 4\n",
                        "concertina_gateway_requests_in_flight{instance=\"app-2\"} 5\n",
                        "concertina_gateway_certificate_expiry_timestamp_seconds"
                                + "{name=\"a\\\"b\"} 1800000000\n");
    }

    @Test
    void durationsAreCumulative() {
        metrics.instance("app-1").served(400_000);
        metrics.instance("app-1").served(1_000_000);
        metrics.instance("app-1").served(3_600_000_000_000L);
        String name = "concertina_gateway_request_duration_seconds";
        assertThat(metrics.text(LEVELS))
                .contains(
                        name + "_bucket{instance=\"app-1\",le=\"5.0E-4\"} 1\n",
                        name + "_bucket{instance=\"app-1\",le=\"0.001\"} 2\n",
                        name + "_bucket{instance=\"app-1\",le=\"30\"} 2\n",
                        name + "_bucket{instance=\"app-1\",le=\"+Inf\"} 3\n",
                        name + "_sum{instance=\"app-1\"} 3600.0014\n",
                        name + "_count{instance=\"app-1\"} 3\n");
    }

    @Test
    void instancesThatAreGoneAreForgotten() {
        metrics.instance("old").served(1);
        metrics.instance("new").served(1);
        metrics.retain(Set.of("new"));
        assertThat(metrics.text(LEVELS)).doesNotContain("\"old\"").contains("\"new\"");
    }

    @Test
    void theTextIsWhatPrometheusReads() {
        metrics.instance("app-1").served(1);
        String line =
                "[a-z_]+(\\{[a-z]+=\"[^\"\\\\]*(\\\\.[^\"\\\\]*)*\"(,le=\"[^\"]+\")?})? [0-9.E+-]+";
        assertThat(metrics.text(LEVELS).lines().toList())
                .allMatch(text -> text.startsWith("# ") || text.matches(line));
        assertThat(metrics.text(LEVELS)).contains("process_resident_memory_bytes ");
    }
}
