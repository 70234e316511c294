package dev.concertina.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.contract.Balance;
import dev.concertina.contract.RoutingTable;
import dev.concertina.gateway.tls.CertificateFiles;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class GatewayMainTest {
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir Path directory;

    @Test
    void aProcessObeysItsLeashAndStopsAtSigterm() throws Exception {
        Path socket = directory.resolve("gateway.sock");
        // What a killed predecessor left: a file nobody answers on.
        Files.createFile(socket);
        Process process = start("0", socket);
        try (Origin origin = Origin.saying("hello")) {
            awaitSocket(process, socket);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                    .isEqualTo("rw-------");
            var table =
                    new RoutingTable(
                            3, Balance.ROUND_ROBIN, List.of(Stage.target(origin.port(), 0)));
            JsonNode status = call(socket, "PUT", "/table", JSON.writeValueAsString(table), 200);
            assertThat(status.get("tableVersion").asLong()).isEqualTo(3);
            assertThat(status.get("pid").asLong()).isEqualTo(process.pid());
            int port = status.get("port").asInt();
            try (Client client = new Client(port)) {
                assertThat(client.get("/").body()).isEqualTo("hello");
            }
            var older = new RoutingTable(2, Balance.ROUND_ROBIN, List.of());
            JsonNode refused = call(socket, "PUT", "/table", JSON.writeValueAsString(older), 409);
            assertThat(refused.get("error").asString()).contains("table 2 is older than table 3");
            assertThat(call(socket, "PUT", "/table", "{", 400).get("error").asString())
                    .contains("not a routing table");
            assertThat(call(socket, "GET", "/nothing", "", 404).get("error").asString())
                    .contains("there are PUT /table");
            assertThat(
                            call(socket, "POST", "/drain/a?within=soon", "", 400)
                                    .get("error")
                                    .asString())
                    .contains("write a duration such as PT30S");
            JsonNode drained = call(socket, "POST", "/drain/a?within=PT5S", "", 200);
            assertThat(drained.get("id").get("value").asString()).isEqualTo("a");
            assertThat(drained.get("cut").asInt()).isZero();
            assertThat(call(socket, "GET", "/status", "", 200).get("requests").asLong())
                    .isEqualTo(1);
            Process second = start(String.valueOf(port), directory.resolve("other.sock"));
            assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(second.exitValue()).isEqualTo(2);
            assertThat(new String(second.getErrorStream().readAllBytes(), UTF_8))
                    .contains("gateway: --listen")
                    .contains(String.valueOf(port))
                    .contains("choose another port");
            Process third = start("0", socket);
            assertThat(third.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(third.exitValue()).isEqualTo(2);
            assertThat(new String(third.getErrorStream().readAllBytes(), UTF_8))
                    .contains("in use by another gateway");
            process.destroy();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(Files.exists(socket)).isFalse();
        } finally {
            process.destroyForcibly();
        }
    }

    private static Process start(String port, Path socket) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        GatewayMain.class.getName(),
                        "--listen",
                        "127.0.0.1:" + port,
                        "--control",
                        socket.toString(),
                        "--workers",
                        "1")
                .start();
    }

    private static void awaitSocket(Process process, Path socket) {
        Stage.until(
                "the gateway answers",
                () -> {
                    assertThat(process.isAlive()).isTrue();
                    try {
                        return call(socket, "GET", "/status", "", 200).get("port").asInt() > 0;
                    } catch (IOException notYet) {
                        return false;
                    }
                });
    }

    private static JsonNode call(Path socket, String method, String target, String body, int status)
            throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            byte[] octets = body.getBytes(UTF_8);
            String head =
                    method
                            + " "
                            + target
                            + " HTTP/1.1\r\nHost: gateway\r\nContent-Length: "
                            + octets.length
                            + "\r\n\r\n";
            channel.write(ByteBuffer.wrap(head.getBytes(UTF_8)));
            channel.write(ByteBuffer.wrap(octets));
            InputStream in = new BufferedInputStream(Channels.newInputStream(channel));
            String answer = Origin.Wire.readHead(in);
            if (answer == null) {
                throw new IOException("closed without an answer");
            }
            assertThat(Client.status(answer)).isEqualTo(status);
            return JSON.readTree(Origin.Wire.readBody(in, answer));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', --listen is missing",
        "'--listen 127.0.0.1:1', --control is missing",
        "'--listen 8080 --control x', write HOST:PORT",
        "'--listen 127.0.0.1:99999 --control x', write a number from 0 to 65535",
        "'--listen no.such.host.invalid:80 --control x', which is unknown here",
        "'--control', --control has no value",
        "'--verbose 1', --verbose is not an option",
        "'--listen :0 --control x --certificate c', write one --key for each --certificate",
        "'--listen :0 --control x --redirect :0', 'but there is no --certificate'",
        "'--listen :0 --control x --redirect 80', '--redirect is ''80''; write HOST:PORT'",
        "'--listen :0 --control x --http2 no', '--http2 is ''no''; write on or off'",
        "'--listen [::1]:0 --control x --workers none', write a number from 1 to 1024"
    })
    void aWrongArgumentIsNamedWithTheNextMove(String arguments, String message) {
        String[] words = arguments.isEmpty() ? new String[0] : arguments.split(" ");
        assertThatThrownBy(() -> Settings.parse(words))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void certificatesAndKeysArePairsInOrder() {
        Settings settings =
                Settings.parse(
                        ("--listen :0 --control x --certificate /a.crt --key /a.key"
                                        + " --certificate /b.crt --key /b.key --redirect :0")
                                .split(" "));
        assertThat(settings.certificates())
                .containsExactly(
                        new CertificateFiles(Path.of("/a.crt"), Path.of("/a.key")),
                        new CertificateFiles(Path.of("/b.crt"), Path.of("/b.key")));
        assertThat(settings.redirect()).isPresent();
        assertThat(settings.http2()).isTrue();
    }

    @Test
    void anAddressMayBeIpv6() {
        Settings settings = Settings.parse("--listen", "[::1]:0", "--control", "x");
        assertThat(settings.listen().getAddress().getHostAddress()).isEqualTo("0:0:0:0:0:0:0:1");
        assertThat(settings.workers()).isEqualTo(Runtime.getRuntime().availableProcessors());
    }
}
