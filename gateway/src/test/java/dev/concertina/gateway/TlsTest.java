package dev.concertina.gateway;

import static java.net.http.HttpClient.Version.HTTP_1_1;
import static java.net.http.HttpClient.Version.HTTP_2;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.gateway.tls.CertificateFiles;
import dev.concertina.gateway.tls.Certificates;
import dev.concertina.gateway.tls.PemFiles;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlsTest {
    @TempDir Path directory;

    private final Queue<String> log = new ConcurrentLinkedQueue<>();
    private PemFiles pem;
    private SSLContext trust;

    @BeforeEach
    void anAuthority() throws Exception {
        pem = new PemFiles(directory);
        trust = pem.trust();
    }

    private Stage stage(CertificateFiles... files) throws IOException {
        return Stage.encrypted(
                Certificates.open(
                        List.of(files), true, Duration.ofSeconds(10), Instant.now(), log::add));
    }

    private SSLSocket connect(Stage stage, String name, String... versions) throws IOException {
        return connect(trust, stage, name, versions);
    }

    private static SSLSocket connect(SSLContext trust, Stage stage, String name, String... versions)
            throws IOException {
        Socket plain = new Socket(InetAddress.getLoopbackAddress(), stage.port());
        plain.setTcpNoDelay(true);
        SSLSocket socket =
                (SSLSocket) trust.getSocketFactory().createSocket(plain, name, stage.port(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(name)));
        if (versions.length > 0) {
            parameters.setProtocols(versions);
        }
        socket.setSSLParameters(parameters);
        socket.setSoTimeout(30_000);
        socket.startHandshake();
        return socket;
    }

    private Certificate shown(Stage stage, String name) throws Exception {
        // A client that has no session to resume.
        try (SSLSocket socket = connect(pem.trust(), stage, name)) {
            return socket.getSession().getPeerCertificates()[0];
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aClientIsServedEncryptedAndTheInstanceIsTold(String version) throws Exception {
        try (Stage stage = stage(pem.write("a", pem.issue("a.test")))) {
            stage.route(
                    stage.origin(connection -> {
                        while (true) {
                            connection.respond(connection.next().head());
                        }
                    }));
            try (Client client = new Client(connect(stage, "a.test", version))) {
                assertThat(client.get("/one").body()).contains("X-Forwarded-Proto: https");
                assertThat(client.get("/two").body()).startsWith("GET /two HTTP/1.1");
            }
        }
    }

    @Test
    void theAccessLogNamesTheVersionsThatWereSpoken() throws Exception {
        Path file = directory.resolve("access.log");
        try (Stage stage = stage(pem.write("a", pem.issue("localhost")))) {
            stage.obey(new Rulebook().log(file.toString())).route(stage.saying("x"));
            try (Client client = new Client(connect(stage, "localhost", "TLSv1.2"))) {
                client.get("/one");
            }
            try (var client = HttpClient.newBuilder().sslContext(trust).build()) {
                client.send(
                        HttpRequest.newBuilder(
                                        URI.create("https://localhost:" + stage.port() + "/two"))
                                .build(),
                        HttpResponse.BodyHandlers.discarding());
            }
            Stage.until(
                    "both are written",
                    () -> {
                        try {
                            return Files.readAllLines(file).size() == 2;
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
            assertThat(Files.readAllLines(file).get(0))
                    .contains("\"HTTP/1.1\"", "\"tls\":\"TLSv1.2\"");
            assertThat(Files.readAllLines(file).get(1))
                    .contains("\"HTTP/2\"", "\"tls\":\"TLSv1.3\"");
        }
    }

    @Test
    void aLargeBodyPassesBothWays() throws Exception {
        try (Stage stage = stage(pem.write("a", pem.issue("a.test")))) {
            stage.route(
                    stage.origin(connection ->
                            connection.respond(
                                    new String(
                                            connection.next().body(),
                                            java.nio.charset.StandardCharsets.ISO_8859_1))));
            String body = "0123456789".repeat(100_000);
            try (Client client = new Client(connect(stage, "a.test"))) {
                // More than the buffers hold: reads and writes go on side by side.
                Thread writer =
                        Thread.ofVirtual()
                                .start(() -> {
                                    try {
                                        client.send(
                                                "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: "
                                                        + body.length()
                                                        + "\r\n\r\n"
                                                        + body);
                                    } catch (IOException e) {
                                        throw new java.io.UncheckedIOException(e);
                                    }
                                });
                assertThat(client.read().body()).isEqualTo(body);
                writer.join();
            }
        }
    }

    @Test
    void aBrowsersProtocolIsChosenByAlpn() throws Exception {
        try (Stage stage = stage(pem.write("a", pem.issue("localhost")));
                HttpClient client = HttpClient.newBuilder().sslContext(trust).build()) {
            stage.route(
                    stage.origin(connection -> {
                        for (var r = connection.read(); r != null; r = connection.read()) {
                            connection.respond(r.head() + r.body().length);
                        }
                    }));
            var body = HttpRequest.BodyPublishers.ofByteArray(new byte[300_000]);
            for (HttpClient.Version version : new HttpClient.Version[] {HTTP_2, HTTP_1_1}) {
                var request =
                        HttpRequest.newBuilder(
                                        URI.create("https://localhost:" + stage.port() + "/x"))
                                .version(version)
                                .timeout(Duration.ofSeconds(30))
                                .POST(body)
                                .build();
                var response = client.send(request, HttpResponse.BodyHandlers.ofString());
                assertThat(response.version()).isEqualTo(version);
                assertThat(response.body())
                        .contains("X-Forwarded-Proto: https")
                        .endsWith("\r\n\r\n300000");
            }
        }
    }

    @Test
    void theNameChoosesTheCertificate() throws Exception {
        X509Bundle first = pem.issue("first.test");
        X509Bundle wild = pem.issue("*.wild.test");
        X509Bundle exact = pem.issue("a.wild.test", "b.test");
        try (Stage stage =
                stage(
                        pem.write("first", first),
                        pem.write("wild", wild),
                        pem.write("exact", exact))) {
            assertThat(shown(stage, "first.test")).isEqualTo(first.getCertificate());
            assertThat(shown(stage, "a.wild.test")).isEqualTo(exact.getCertificate());
            assertThat(shown(stage, "B.TEST")).isEqualTo(exact.getCertificate());
            assertThat(shown(stage, "c.wild.test")).isEqualTo(wild.getCertificate());
            // A wildcard stands for one label, and nobody else has these.
            assertThat(shown(stage, "d.c.wild.test")).isEqualTo(first.getCertificate());
            assertThat(shown(stage, "other.test")).isEqualTo(first.getCertificate());
        }
    }

    @Test
    void aReplacedCertificateIsShownToNewConnectionsAndOpenOnesGoOn() throws Exception {
        X509Bundle before = pem.issue("a.test");
        CertificateFiles files = pem.write("a", before);
        try (Stage stage = stage(files)) {
            stage.route(stage.saying("hello"));
            try (Client open = new Client(connect(stage, "a.test"))) {
                assertThat(open.get("/").body()).isEqualTo("hello");
                PemFiles.replace(files.certificate(), "nothing");
                Stage.until("the trouble is said", () -> !stage.status().problems().isEmpty());
                assertThat(stage.status().problems())
                        .singleElement()
                        .asString()
                        .contains("the certificate in use stays")
                        .contains("a.crt holds no certificate");
                assertThat(shown(stage, "a.test")).isEqualTo(before.getCertificate());
                X509Bundle after = pem.issue("a.test");
                pem.write("a", after);
                Stage.until("the trouble is over", () -> stage.status().problems().isEmpty());
                assertThat(shown(stage, "a.test")).isEqualTo(after.getCertificate());
                assertThat(open.get("/").body()).isEqualTo("hello");
                assertThat(log).last().asString().contains("a.crt was replaced");
            }
        }
    }

    @Test
    void aConnectionThatBeganBeforeAReloadFinishesItsHandshakeAfterIt() throws Exception {
        CertificateFiles files = pem.write("a", pem.issue("a.test"));
        Certificates certificates =
                Certificates.open(
                        List.of(files), true, Duration.ofSeconds(10), Instant.now(), log::add);
        SslHandler serving = (SslHandler) certificates.handler(ByteBufAllocator.DEFAULT);
        EmbeddedChannel server = new EmbeddedChannel(serving);
        pem.write("a", pem.issue("a.test"));
        certificates.check(Instant.now());
        // By now the context before has been released.
        certificates.check(Instant.now().plus(Duration.ofMinutes(2)));
        SSLEngine engine = trust.createSSLEngine();
        engine.setUseClientMode(true);
        EmbeddedChannel client = new EmbeddedChannel(new SslHandler(engine));
        for (int round = 0; round < 20 && !serving.handshakeFuture().isDone(); round++) {
            pass(client, server);
            pass(server, client);
        }
        assertThat(serving.handshakeFuture().isSuccess()).isTrue();
        server.finishAndReleaseAll();
        client.finishAndReleaseAll();
    }

    private static void pass(EmbeddedChannel from, EmbeddedChannel to) {
        from.runPendingTasks();
        for (Object octets = from.readOutbound(); octets != null; octets = from.readOutbound()) {
            to.writeInbound(octets);
        }
    }

    @Test
    void aSessionIsResumedAlsoAfterAReload() throws Exception {
        CertificateFiles files = pem.write("a", pem.issue("a.test"));
        try (Stage stage = stage(files)) {
            stage.route(stage.saying("hello"));
            long created = createdAt(stage);
            assertThat(createdAt(stage)).isEqualTo(created);
            pem.write("a", pem.issue("a.test"));
            Stage.until("the new one is used", () -> !log.isEmpty());
            assertThat(createdAt(stage)).isEqualTo(created);
        }
    }

    /** When the session was made: that of an earlier connection if it was resumed. */
    private long createdAt(Stage stage) throws IOException {
        try (SSLSocket socket = connect(stage, "a.test", "TLSv1.2");
                Client client = new Client(socket)) {
            assertThat(client.get("/").body()).isEqualTo("hello");
            return socket.getSession().getCreationTime();
        }
    }

    @Test
    void anOldVersionIsRefused() throws Exception {
        try (Stage stage = stage(pem.write("a", pem.issue("a.test")))) {
            assertThatThrownBy(() -> connect(stage, "a.test", "TLSv1.1"))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void aClientThatDoesNotSpeakTlsIsClosed() throws Exception {
        try (Stage stage = stage(pem.write("a", pem.issue("a.test")));
                Client client = stage.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Stage.until(
                    "the connection ends",
                    () -> {
                        try {
                            return client.ended();
                        } catch (IOException e) {
                            return true;
                        }
                    });
            Stage.until("nobody is left", () -> stage.status().connections() == 0);
        }
    }

    @Test
    void aCutResponseIsNoProperEndOfTls() throws Exception {
        try (Stage stage = stage(pem.write("a", pem.issue("a.test")))) {
            stage.route(
                    stage.origin(connection -> {
                        connection.next();
                        connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
                    }));
            try (Client client = new Client(connect(stage, "a.test"))) {
                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readHead();
                assertThatThrownBy(() -> client.in().readAllBytes())
                        .isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void thePlainListenerSendsClientsToHttps() throws Exception {
        try (Stage stage = stage(pem.write("a", pem.issue("a.test")))) {
            String port = ":" + stage.port();
            assertThat(sent(stage, "GET /a?b=c HTTP/1.1\r\nHost: a.test"))
                    .isEqualTo("308 https://a.test" + port + "/a?b=c");
            assertThat(sent(stage, "POST /a HTTP/1.1\r\nHost: a.test:8080"))
                    .isEqualTo("308 https://a.test" + port + "/a");
            assertThat(sent(stage, "GET / HTTP/1.1\r\nHost: [::1]:80"))
                    .isEqualTo("308 https://[::1]" + port + "/");
            assertThat(sent(stage, "GET http://b.test/x HTTP/1.1\r\nHost: a.test"))
                    .isEqualTo("308 https://b.test" + port + "/x");
            assertThat(sent(stage, "GET / HTTP/1.0")).isEqualTo("400 ");
            assertThat(sent(stage, "GET / HTTP/1.1")).isEqualTo("400 ");
            assertThat(sent(stage, "nonsense")).isEqualTo("400 ");
        }
    }

    private static String sent(Stage stage, String request) throws IOException {
        try (Client client = new Client(stage.server().entrances().redirectPort())) {
            Client.Response response = client.send(request + "\r\n\r\n").read();
            assertThat(client.ended()).isTrue();
            return response.status() + " " + response.field("Location");
        }
    }

    @Test
    void filesThatCannotBeServedStopTheStart() throws Exception {
        Path missing = directory.resolve("none.crt");
        Files.writeString(directory.resolve("none.key"), "");
        assertThatThrownBy(
                        () -> stage(new CertificateFiles(missing, directory.resolve("none.key"))))
                .isInstanceOf(IOException.class)
                .hasMessage(missing + " does not exist. Check the path");
    }
}
