package dev.concertina.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.contract.Policies.StaticFolder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("StringConcatToTextBlock") // lines on the wire end with CR LF
class ContentTest {
    private static final String TEXT = "Every instance is as good as another. ".repeat(200);
    private static final String ASK = "GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n";

    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTextIsCompressedOnItsWay(boolean chunked) throws Exception {
        try (Stage stage = new Stage()) {
            stage.obey(new Rulebook().compression("gzip")).route(text(stage, chunked));
            Client client = stage.client();
            for (int i = 0; i < 3; i++) {
                Client.Response response = client.send(ASK).read();
                assertThat(response.field("content-encoding")).isEqualTo("gzip");
                assertThat(response.field("vary")).isEqualTo("Accept-Encoding");
                assertThat(response.field("etag")).isEqualTo("W/\"v1\"");
                assertThat(response.field("content-length")).isEmpty();
                assertThat(response.head().split("Transfer-Encoding", -1)).hasSize(2);
                assertThat(response.body().length()).isLessThan(TEXT.length() / 5);
                assertThat(plain(response)).isEqualTo(TEXT);
            }
            Client.Response asItIs = client.get("/");
            assertThat(asItIs.field("content-encoding")).isEmpty();
            assertThat(asItIs.field("vary")).isEqualTo("Accept-Encoding");
            assertThat(asItIs.body()).isEqualTo(TEXT);
        }
    }

    @Test
    void anHttp10ClientGetsItUpToTheEndOfTheConnection() throws Exception {
        try (Stage stage = new Stage()) {
            stage.obey(new Rulebook().compression("gzip")).route(text(stage, true));
            Client client = stage.client();
            client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\nAccept-Encoding: gzip\r\n");
            Client.Response response = client.send("\r\n").read();
            assertThat(response.field("transfer-encoding")).isEmpty();
            assertThat(response.field("connection")).isEqualTo("close");
            assertThat(plain(response)).isEqualTo(TEXT);
        }
    }

    @Test
    void theResponseToHeadIsNotCompressed() throws Exception {
        try (Stage stage = new Stage()) {
            stage.obey(new Rulebook().compression("gzip"))
                    .route(
                            stage.origin(connection -> {
                                while (connection.read() != null) {
                                    connection.write(
                                            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
                                                    + "Content-Length: 9999\r\n\r\n");
                                }
                            }));
            Client client = stage.client();
            for (int i = 0; i < 3; i++) {
                client.send("HEAD / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n");
                assertThat(client.readHead()).doesNotContain("Content-Encoding");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/event-stream", "text/plain"})
    void whatAnInstanceHasSentIsNotKeptBack(String type) throws Exception {
        CountDownLatch read = new CountDownLatch(1);
        try (Stage stage = new Stage()) {
            stage.obey(new Rulebook().compression("gzip"))
                    .route(
                            stage.origin(connection -> {
                                connection.read();
                                connection.write(
                                        "HTTP/1.1 200 OK\r\nContent-Type: "
                                                + type
                                                + "\r\nTransfer-Encoding: chunked\r\n\r\n"
                                                + "5\r\nfirst\r\n");
                                read.await();
                                connection.write("4\r\nlast\r\n0\r\nA: b\r\n\r\n");
                                connection.in().read();
                            }));
            Client client = stage.client().send(ASK);
            assertThat(client.readHead()).contains("Content-Encoding: gzip");
            InputStream in = new GZIPInputStream(new Dechunked(client.in()));
            assertThat(new String(in.readNBytes(5), ISO_8859_1)).isEqualTo("first");
            read.countDown();
            assertThat(new String(in.readNBytes(4), ISO_8859_1)).isEqualTo("last");
            assertThat(in.read()).isNegative();
        }
    }

    @Test
    void filesAreAnsweredByTheGateway() throws Exception {
        Files.writeString(folder.resolve("a.txt"), TEXT);
        try (Stage stage = new Stage()) {
            Origin origin = stage.saying("instance");
            StaticFolder served =
                    new StaticFolder("/files/", folder.toString(), Duration.ofMinutes(1), false);
            stage.obey(new Rulebook().folder(served).header("X-Frame-Options", "DENY"))
                    .route(origin);
            Client client = stage.client();
            for (int i = 0; i < 3; i++) {
                Client.Response whole = client.get("/files/a.txt");
                assertThat(whole.status()).isEqualTo(200);
                assertThat(whole.body()).isEqualTo(TEXT);
                assertThat(whole.field("cache-control")).isEqualTo("max-age=60");
                assertThat(whole.field("x-frame-options")).isEqualTo("DENY");
                assertThat(whole.field("date")).endsWith("GMT");
                assertThat(whole.field("x-instance-id")).isEmpty();
            }
            client.send("GET /files/a.txt HTTP/1.1\r\nHost: a\r\nRange: bytes=0-4\r\n\r\n");
            Client.Response range = client.read();
            assertThat(range.status()).isEqualTo(206);
            assertThat(range.body()).isEqualTo("Every");
            assertThat(client.get("/files/none").status()).isEqualTo(404);
            assertThat(client.get("/files/..%2fsecret").body()).isEqualTo("instance");
            assertThat(client.get("/files/x/..%2fa.txt").status()).isEqualTo(404);
            Client.Response post = client.post("/files/a.txt", "x");
            assertThat(post.status()).isEqualTo(405);
            assertThat(post.field("allow")).isEqualTo("GET, HEAD");
            client.send("HEAD /files/a.txt HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readHead()).contains("Content-Length: " + TEXT.length());
            assertThat(client.get("/else").body()).isEqualTo("instance");
            assertThat(origin.seen("/files/none")).isZero();
        }
    }

    @Test
    void whatIsNotAFileMayBeAnInstances() throws Exception {
        Files.writeString(folder.resolve("a.txt"), "file");
        try (Stage stage = new Stage()) {
            StaticFolder served = new StaticFolder("/", folder.toString(), Duration.ZERO, true);
            stage.obey(new Rulebook().folder(served))
                    .route(
                            stage.origin(connection -> {
                                for (var r = connection.read(); r != null; r = connection.read()) {
                                    connection.respond(
                                            r.method() + new String(r.body(), ISO_8859_1));
                                }
                            }));
            Client client = stage.client();
            for (int i = 0; i < 3; i++) {
                assertThat(client.get("/a.txt").body()).isEqualTo("file");
                assertThat(client.get("/api").body()).isEqualTo("GET");
                assertThat(client.post("/a.txt", "body").body()).isEqualTo("POSTbody");
                client.send("GET /api HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody");
                assertThat(client.read().body()).isEqualTo("GETbody");
            }
        }
    }

    @Test
    void aLargeFileIsSentAsTheClientTakesIt() throws Exception {
        byte[] octets = new byte[20 << 20];
        octets[octets.length - 1] = 'z';
        Files.write(folder.resolve("large"), octets);
        try (Stage stage = new Stage()) {
            StaticFolder served = new StaticFolder("/", folder.toString(), Duration.ZERO, false);
            stage.obey(new Rulebook().folder(served)).route();
            Client client = stage.client();
            for (int i = 0; i < 2; i++) {
                String body = client.get("/large").body();
                assertThat(body).hasSize(octets.length).endsWith("z");
            }
            Client leaver = stage.client().send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
            leaver.readHead();
            leaver.close();
            Stage.until("it is let go", () -> stage.status().connections() == 1);
        }
    }

    private static Origin text(Stage stage, boolean chunked) {
        String head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nETag: \"v1\"\r\n";
        return stage.origin(connection -> {
            while (connection.read() != null) {
                if (chunked) {
                    connection.write(head + "Transfer-Encoding: chunked\r\n\r\n");
                    connection.write(Integer.toHexString(TEXT.length()) + "\r\n" + TEXT + "\r\n");
                    connection.write("0\r\n\r\n");
                } else {
                    connection.write(head + "Content-Length: " + TEXT.length() + "\r\n\r\n" + TEXT);
                }
            }
        });
    }

    private static String plain(Client.Response response) throws IOException {
        byte[] body = response.body().getBytes(ISO_8859_1);
        return new String(
                new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes(), ISO_8859_1);
    }

    /** The content of chunks, as far as it has come. */
    private static final class Dechunked extends InputStream {
        private final InputStream in;
        private int left;
        private boolean ended;

        Dechunked(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] to, int at, int length) throws IOException {
            while (left == 0 && !ended) {
                String size = Origin.Wire.line(in);
                if (!size.isEmpty()) {
                    left = Integer.parseInt(size, 16);
                    ended = left == 0;
                }
            }
            if (ended) {
                return -1;
            }
            int got = in.read(to, at, Math.min(left, length));
            left -= got;
            return got;
        }

        @Override
        public int available() {
            return ended ? 0 : 1;
        }
    }
}
