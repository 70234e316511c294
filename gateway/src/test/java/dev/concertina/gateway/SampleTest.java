package dev.concertina.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.contract.LoadSample;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the gateway counts of an instance. */
class SampleTest {
    private static final String UPGRADED =
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
    private static final String EVENTS =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";

    /** A judge of releases would take the patience of their clients for slowness. */
    @ParameterizedTest
    @ValueSource(strings = {UPGRADED, EVENTS})
    void aStreamTakesAsLongAsItsHead(String head) throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (Stage stage = new Stage()) {
            stage.route(
                    stage.origin(connection -> {
                        connection.readHead();
                        connection.write(head);
                        await(over);
                    }));
            long began = System.nanoTime();
            Client client =
                    stage.client()
                            .send(
                                    "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n"
                                            + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                                            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
            assertThat(client.readHead()).startsWith(head.substring(0, 12));
            long toHead = System.nanoTime() - began;
            long longer = 10 * toHead + Duration.ofMillis(50).toNanos();
            Stage.until("it has lasted", () -> System.nanoTime() - began > longer);
            over.countDown();
            Stage.until("it has ended", () -> sample(stage).inFlight() == 0);

            assertThat(sample(stage).requests()).isEqualTo(1);
            assertThat(sample(stage).failures()).isZero();
            assertThat(sample(stage).latencyNanos()).isPositive().isLessThan(longer / 2);
        }
    }

    private static LoadSample sample(Stage stage) {
        return stage.status().targets().getFirst();
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
