package dev.concertina.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("StringConcatToTextBlock") // lines on the wire end with CR LF
class ObserveTest {
    @TempDir Path folder;

    @Test
    void everyRequestIsALineButTheQuietOnes() throws Exception {
        Path file = folder.resolve("access.log");
        try (Stage stage = new Stage()) {
            stage.obey(
                            new Rulebook()
                                    .log(file.toString())
                                    .quiet("/health")
                                    .limit("/limited", 1, Duration.ofHours(1), 0))
                    .route(stage.saying("four"));
            Client client = stage.client();
            client.send("GET /a?b=c HTTP/1.1\r\nHost: a\r\nX-Request-Id: mine\r\n\r\n").read();
            client.get("/health");
            client.get("/limited");
            client.get("/limited");
            Stage.until("they are written", () -> lines(file).size() == 3);
            assertThat(lines(file).get(0))
                    .contains("\"mine\"", "\"GET\"", "/a?b=c", "\"HTTP/1.1\"", "200", "\"a\"");
            assertThat(lines(file).get(2)).contains("429").doesNotContain("\"a\"", "\"bytes\":0");
            stage.obey(new Rulebook()).route(stage.saying("x"));
            client.get("/unlogged");
        }
        assertThat(lines(file)).hasSize(3);
    }

    @Test
    void countsAreTextForPrometheus() throws Exception {
        try (Stage stage = new Stage()) {
            stage.route(stage.saying("x"));
            Client client = stage.client();
            for (int i = 0; i < 3; i++) {
                client.get("/");
            }
            assertThat(stage.metrics())
                    .contains("concertina_gateway_requests_total{code=\"2xx\"} 3\n")
                    .contains("request_duration_seconds_count{instance=\"a\"} 3\n")
                    .contains("requests_in_flight{instance=\"a\"} 0\n")
                    .contains("concertina_gateway_connections 1\n");
        }
    }

    @Test
    void operatorsAskAtADoorOfTheirOwn() throws Exception {
        try (Stage stage = new Stage()) {
            stage.route(stage.saying("x"));
            stage.client().get("/");
            try (Client operator = new Client(stage.server().entrances().metricsPort())) {
                Client.Response page = operator.get("/metrics");
                assertThat(page.status()).isEqualTo(200);
                assertThat(page.field("content-type")).startsWith("text/plain; version=");
                assertThat(page.body()).contains("requests_total{code=\"2xx\"} 1\n");
                assertThat(operator.get("/").status()).isEqualTo(404);
                assertThat(operator.post("/metrics", "x").status()).isEqualTo(405);
            }
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
