package dev.concertina.acceptance.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.contract.Policies;
import dev.concertina.fleet.manifest.Manifest;
import dev.concertina.fleet.traffic.GatewaySettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.Test;

/** The listener speaks TLS, HTTP/1.1 and HTTP/2, and leads plain clients there. */
abstract class TlsSuite extends EngineSuite {
    private final int redirect = freePort();
    private Optional<Manifest.Certificate> pair = Optional.empty();

    TlsSuite(Engine engine) {
        super(engine);
    }

    @Override
    GatewaySettings settings(Path folder) {
        if (pair.isEmpty()) {
            pair = Optional.of(SelfSigned.pair(folder));
        }
        return new GatewaySettings(
                "127.0.0.1",
                0,
                folder,
                true,
                Optional.of(
                        new Manifest.Tls(
                                List.of(pair.get()),
                                Optional.of(new Manifest.Address("127.0.0.1", redirect)),
                                Optional.empty())),
                Optional.empty());
    }

    private HttpResponse<String> ask(HttpClient.Version version, String body) throws Exception {
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(trusting()).version(version).build()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/a"))
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void bothProtocolsReachTheInstance() throws Exception {
        serve(Policies.defaults(), origin(Origin.mirror()));
        for (HttpClient.Version version : HttpClient.Version.values()) {
            HttpResponse<String> answer = ask(version, "body");
            assertThat(answer.version()).isEqualTo(version);
            assertThat(answer.statusCode()).isEqualTo(200);
            Message seen = new Message(answer.body().strip(), "");
            assertThat(seen.all("X-Forwarded-Proto")).containsExactly("https");
            assertThat(seen.all("Host")).containsExactly("127.0.0.1:" + port);
            assertThat(answer.body()).endsWith("body");
        }
    }

    @Test
    void plainClientsAreSentToTheListener() throws IOException {
        serve(Policies.defaults(), origin(Origin.saying("a")));
        try (Wire wire = Wire.to(redirect)) {
            Message answer = wire.ask("GET", "/x?y=z", "", "");
            assertThat(answer.status()).isEqualTo(308);
            assertThat(answer.field("Location")).contains("https://app.test:" + port + "/x?y=z");
        }
    }

    private static int freePort() {
        try (var socket =
                new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static SSLContext trusting() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Anybody()}, null);
        return context;
    }

    /** The certificate is nobody's. */
    private static final class Anybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, java.net.Socket at) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, java.net.Socket at) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine at) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine at) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
