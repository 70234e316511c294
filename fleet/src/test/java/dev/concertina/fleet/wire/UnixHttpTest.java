package dev.concertina.fleet.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnixHttpTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir Path directory;

    record Echo(String method, String path, Map<String, String> query, String body) {}

    @Test
    void aCallCarriesMethodPathQueryAndBody() throws Exception {
        Path socket = directory.resolve("a.sock");
        try (var _ = UnixHttpServer.open(socket, UnixHttpTest::echo)) {
            var reply =
                    new UnixHttp(socket)
                            .call("PUT", "/table?within=PT30S&x=a%20b", List.of(1, "ü"), SOON);
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.as(Echo.class))
                    .isEqualTo(
                            new Echo(
                                    "PUT",
                                    "/table",
                                    Map.of("within", "PT30S", "x", "a b"),
                                    "[1,\"ü\"]"));
        }
    }

    @Test
    void aStreamHandsOverEachLine() throws Exception {
        Path socket = directory.resolve("b.sock");
        var lines = new ArrayList<String>();
        try (var _ =
                UnixHttpServer.open(
                        socket,
                        (request, response) -> {
                            response.line(Map.of("n", 1));
                            response.line(Map.of("n", 2));
                        })) {
            assertThat(new UnixHttp(socket).stream("GET", "/events", null, lines::add))
                    .isEqualTo(200);
        }
        assertThat(lines).containsExactly("{\"n\":1}", "{\"n\":2}");
    }

    @Test
    void badInputIs400WithItsMessage() throws Exception {
        Path socket = directory.resolve("c.sock");
        try (var _ =
                UnixHttpServer.open(
                        socket,
                        (request, response) -> {
                            throw new IllegalArgumentException("instances: -1 is below 0");
                        })) {
            var reply = new UnixHttp(socket).call("POST", "/scale", null, SOON);
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.body()).contains("instances: -1 is below 0");
        }
    }

    @Test
    void aSilentServerEndsTheCallInTime() throws Exception {
        Path socket = directory.resolve("d.sock");
        var release = new CountDownLatch(1);
        try (var _ = UnixHttpServer.open(socket, (request, response) -> release.await())) {
            assertThatThrownBy(() ->
                            new UnixHttp(socket)
                                    .call("GET", "/status", null, Duration.ofMillis(100)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no answer within");
            release.countDown();
        }
    }

    @Test
    void nobodyListeningIsSaidWithTheSocket() {
        assertThatThrownBy(() ->
                        new UnixHttp(directory.resolve("none.sock"))
                                .call("GET", "/status", null, SOON))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("nobody listens on")
                .hasMessageContaining("none.sock");
    }

    @Test
    void aKilledPredecessorsSocketIsReplacedAndALiveOneIsNot() throws Exception {
        Path socket = directory.resolve("e.sock");
        try (var dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(socket));
        }
        assertThat(socket).exists();
        try (var _ = UnixHttpServer.open(socket, UnixHttpTest::echo)) {
            assertThat(Files.getPosixFilePermissions(socket))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
            assertThatThrownBy(() -> UnixHttpServer.open(socket, UnixHttpTest::echo).close())
                    .hasMessageContaining("served by another process already");
        }
        assertThat(socket).doesNotExist();
    }

    @Test
    void aDeepStateDirectoryGetsAShortSocketOfItsOwn() throws Exception {
        Path deep = directory.resolve("d".repeat(120));
        Path path = SocketPath.of(deep, "fleet");
        assertThat(path.toString().length()).isLessThan(107);
        assertThat(SocketPath.of(deep, "fleet")).isEqualTo(path);
        assertThat(SocketPath.of(deep, "gateway")).isNotEqualTo(path);
        assertThat(SocketPath.of(Path.of("/srv/app/.concertina"), "fleet"))
                .hasToString("/srv/app/.concertina/fleet.sock");
    }

    private static void echo(UnixHttpServer.Request request, UnixHttpServer.Response response) {
        response.json(
                200, new Echo(request.method(), request.path(), request.query(), request.body()));
    }
}
