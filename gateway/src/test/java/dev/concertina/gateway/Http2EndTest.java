package dev.concertina.gateway;

import static dev.concertina.gateway.FrameClient.ACK;
import static dev.concertina.gateway.FrameClient.CANCEL;
import static dev.concertina.gateway.FrameClient.DATA;
import static dev.concertina.gateway.FrameClient.ENHANCE_YOUR_CALM;
import static dev.concertina.gateway.FrameClient.GOAWAY;
import static dev.concertina.gateway.FrameClient.HEADERS;
import static dev.concertina.gateway.FrameClient.PING;
import static dev.concertina.gateway.FrameClient.REFUSED_STREAM;
import static dev.concertina.gateway.FrameClient.RST_STREAM;
import static dev.concertina.gateway.FrameClient.SETTINGS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.gateway.FrameClient.Frame;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How connections of HTTP/2 end: in order, or because a client asks too much. */
class Http2EndTest {
    private final Stage stage = new Stage();

    @AfterEach
    void end() {
        stage.close();
    }

    @Test
    void aStopIsSaidInTwoPhasesAndLosesNothing() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        stage.route(
                stage.origin(connection -> {
                    for (var r = connection.read(); r != null; r = connection.read()) {
                        answer.await();
                        connection.respond(r.path());
                    }
                }));
        try (FrameClient client = new FrameClient(stage)) {
            client.get(1, "/before").sync();
            stage.stop(Duration.ofSeconds(30));
            Frame first = client.await(GOAWAY);
            assertThat(first.number(0)).isEqualTo(Integer.MAX_VALUE);
            assertThat(first.number(4)).isZero();
            Frame ping = client.await(frame -> frame.type() == PING && frame.flags() == 0);
            // A request that crosses the first one is served like any other.
            client.get(3, "/crossing");
            client.frame(PING, ACK, 0, ping.payload());
            Frame second = client.await(GOAWAY);
            assertThat(second.number(0)).isEqualTo(3);
            client.get(5, "/after");
            answer.countDown();
            assertThat(client.response(1).body()).isEqualTo("/before");
            assertThat(client.response(3).body()).isEqualTo("/crossing");
            assertThat(client.ended()).isTrue();
            assertThat(client.granted(5)).isNull();
        }
        assertThat(stage.server().ended()).succeedsWithin(Duration.ofSeconds(30));
    }

    @Test
    void aClientThatAnswersNoPingIsNotWaitedForLong() throws Exception {
        stage.route(stage.saying("hello"));
        try (FrameClient client = new FrameClient(stage)) {
            client.sync();
            stage.stop(Duration.ofSeconds(30));
            assertThat(client.await(GOAWAY).number(0)).isEqualTo(Integer.MAX_VALUE);
            assertThat(client.await(GOAWAY).number(0)).isZero();
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    void aClientThatSaysGoodbyeIsLetGoWhenItsStreamsAreDone() throws Exception {
        stage.route(stage.saying("hello"));
        try (FrameClient client = new FrameClient(stage)) {
            client.get(1, "/").frame(GOAWAY, 0, 0, new byte[8]);
            assertThat(client.response(1).body()).isEqualTo("hello");
            assertThat(client.ended()).isTrue();
        }
        Stage.until("it is gone", () -> stage.status().connections() == 0);
    }

    @Test
    void requestsThatAreTakenBackAtOnceReachNoInstance() throws Exception {
        List<String> asked = new CopyOnWriteArrayList<>();
        AtomicInteger connections = new AtomicInteger();
        stage.route(
                stage.origin(connection -> {
                    connections.incrementAndGet();
                    for (var r = connection.read(); r != null; r = connection.read()) {
                        asked.add(r.path());
                        connection.respond(r.path());
                    }
                }));
        try (FrameClient client = new FrameClient(stage)) {
            client.sync();
            for (int stream = 1; stream < 100; stream += 6) {
                client.hold()
                        .get(stream, "/taken-back")
                        .number(RST_STREAM, stream, CANCEL)
                        .post(stream + 2, "/taken-back")
                        .get(stream + 4, "/meant")
                        .data(stream + 2, false, "a part")
                        .number(RST_STREAM, stream + 2, CANCEL)
                        .release();
                assertThat(client.response(stream + 4).body()).isEqualTo("/meant");
            }
            assertThat(asked).hasSize(17).containsOnly("/meant");
            // Nor does a request that ends early take a connection with it.
            assertThat(connections).hasValue(1);
            // A connection without streams is idle, and ends in its time.
            client.frame(GOAWAY, 0, 0, new byte[8]);
            assertThat(client.ended()).isTrue();
        }
        assertThat(stage.status().targets().get(0).inFlight()).isZero();
    }

    @Test
    void moreStreamsThanAgreedAreRefused() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        stage.route(
                stage.origin(connection -> {
                    connection.next();
                    answer.await();
                    connection.respond("hello");
                }));
        try (FrameClient client = new FrameClient(stage)) {
            Frame settings = client.await(SETTINGS);
            assertThat(settings.payload()[1]).isEqualTo((byte) 3);
            int most = settings.number(2);
            assertThat(most).isEqualTo(128);
            for (int i = 0; i <= most; i++) {
                client.get(2 * i + 1, "/");
            }
            assertThat(client.awaitReset(2 * most + 1)).isEqualTo(REFUSED_STREAM);
            answer.countDown();
            assertThat(client.response(1).body()).isEqualTo("hello");
        }
    }

    @Test
    void headersThatAreTooLargeAreSaidToBe() throws Exception {
        stage.route(stage.saying("hello"));
        try (FrameClient client = new FrameClient(stage)) {
            // Larger than agreed: the part that would not fit is read over.
            client.get(1, "/", "x", "y".repeat(15_000), "z", "y".repeat(2_000));
            assertThat(client.head(1).status()).hasToString("431");
            client.awaitReset(1);
            String[] many = new String[400];
            for (int i = 0; i < many.length; i += 2) {
                many[i] = "x" + i;
                many[i + 1] = "y";
            }
            client.get(3, "/", many);
            assertThat(client.response(3).status()).isEqualTo(431);
            client.get(5, "/");
            assertThat(client.response(5).body()).isEqualTo("hello");
        }
    }

    @Test
    void floodsOfWhatCostsNothingEndTheConnection() throws Exception {
        stage.route(stage.saying("hello"));
        flood(client -> client.frame(PING, 0, 0, new byte[8]));
        flood(client -> client.frame(SETTINGS, 0, 0));
        flood(client -> client.frame(FrameClient.PRIORITY, 0, 1, new byte[5]));
        int[] stream = {-1};
        flood(client -> {
            stream[0] += 2;
            client.get(stream[0], "/").number(RST_STREAM, stream[0], FrameClient.CANCEL);
        });
        stream[0] = -1;
        flood(client -> {
            stream[0] += 2;
            client.get(stream[0], "no path");
        });
        flood(client -> {
            client.post(1, "/");
            while (true) {
                client.frame(DATA, 0, 1);
            }
        });
        flood(client -> {
            client.frame(HEADERS, 0, 1, FrameClient.block(":method", "GET"));
            while (true) {
                client.frame(FrameClient.CONTINUATION, 0, 1, FrameClient.block("x", "y"));
            }
        });
    }

    private interface Flood {
        void send(FrameClient client) throws IOException;
    }

    private void flood(Flood flood) throws Exception {
        try (FrameClient client = new FrameClient(stage)) {
            Thread writer =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    for (int i = 0; i < 5_000; i++) {
                                        flood.send(client);
                                    }
                                } catch (IOException closed) {
                                    // As it should be.
                                }
                            });
            try {
                assertThat(client.await(GOAWAY).number(4)).isEqualTo(ENHANCE_YOUR_CALM);
            } catch (java.net.SocketException reset) {
                // A reset may overtake the reason.
            }
            assertThat(client.ended()).isTrue();
            writer.join();
        }
    }
}
