package dev.concertina.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A gateway process takes over from another, and nobody who comes, stays or waits is lost. */
class GatewayUpgradeTest {
    private static final int UPGRADES = Boolean.getBoolean("soak") ? 100 : 10;
    private static final int PER_SECOND = 500;
    private static final int SERVICE_RESTART = 1012;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicLong asked = new AtomicLong();
    private volatile boolean over;

    @Test
    void noConnectionIsRefusedOrResetByAnUpgrade(@TempDir Path directory) throws Exception {
        try (var workspace = new Workspace(directory)) {
            int port = up(workspace);
            var keptAlive = start(20, () -> askNowAndThen(port));
            var webSockets = start(20, () -> echoUntilClosed(port));
            var streams = start(5, () -> eventsUntilEnd(port));
            try (var load = new NewConnections(port, PER_SECOND)) {
                load.awaitMore(PER_SECOND);
                long before = gateway(workspace).get("pid").asLong();
                for (int i = 0; i < UPGRADES; i++) {
                    workspace.run("upgrade", "--within", "2h").hasExit(0);
                    load.awaitMore(PER_SECOND / 2);
                }
                JsonNode after = gateway(workspace);
                assertThat(after.get("pid").asLong()).isNotEqualTo(before);
                assertThat(after.get("restarts").asInt()).isZero();
                // Who keeps the streams.
                assertThat(after.get("leaving").valueStream().map(JsonNode::asLong))
                        .contains(before);
                stillRun(webSockets);
                stillRun(streams);

                // The process that leaves holds claims too: the instance is drained of them.
                String one = workspace.status().get("instances").get(0).get("id").asString();
                workspace.run("restart", one).hasExit(0);
                assertThat(ended(webSockets)).isPositive();

                // Who does not leave within the time is asked to, at a moment of his own.
                var late = start(20, () -> echoUntilClosed(port));
                load.awaitMore(PER_SECOND);
                stillRun(late);
                workspace.run("upgrade", "--within", "4s").hasExit(0);
                for (Future<Integer> client : late) {
                    assertThat(client.get(1, TimeUnit.MINUTES)).isEqualTo(SERVICE_RESTART);
                }
                load.end();
                System.out.printf(
                        "%d gateway upgrades: %d new connections, %d answers, %d requests on"
                                + " connections kept alive, failures %s%n",
                        UPGRADES + 1, load.begun(), load.answered(), asked.get(), load.failures());
                assertThat(load.failures()).as("of %d connections", load.begun()).isEmpty();
            }
            over = true;
            for (Future<Integer> client : keptAlive) {
                assertThat(client.get(1, TimeUnit.MINUTES)).isZero();
            }
            workspace.run("down").hasExit(0);
            for (Future<Integer> client : webSockets) {
                assertThat(client.get(1, TimeUnit.MINUTES)).isEqualTo(SERVICE_RESTART);
            }
            for (Future<Integer> client : streams) {
                assertThat(client.get(1, TimeUnit.MINUTES)).isZero();
            }
            assertThat(workspace.processes()).isEmpty();
        }
    }

    /** Without a successor there is a gap: the time in which a fresh process starts. */
    @Test
    void aKilledGatewayIsBackAfterAGap(@TempDir Path directory) throws Exception {
        try (var workspace = new Workspace(directory)) {
            int port = up(workspace);
            try (var load = new NewConnections(port, PER_SECOND)) {
                load.awaitMore(PER_SECOND);
                assertThat(load.failures()).isEmpty();
                Duration usual = load.longestGap();
                long pid = gateway(workspace).get("pid").asLong();
                assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();
                load.awaitMore(2 * PER_SECOND);
                Duration gap = load.longestGap();
                load.end();
                System.out.printf(
                        "kill -9 of the gateway: %d ms without an answer (before: %d ms), of %d"
                                + " connections failed: %s%n",
                        gap.toMillis(), usual.toMillis(), load.begun(), load.failures());
                assertThat(gap).isLessThan(Duration.ofSeconds(20));
                assertThat(load.failures().keySet())
                        .allMatch(failure ->
                                failure.contains("Connection refused")
                                        || failure.contains("Connection reset")
                                        || failure.contains("closed without an answer")
                                        // So many wait for the first table.
                                        || failure.contains("503 Service Unavailable"));
            }
            assertThat(gateway(workspace).get("restarts").asInt()).isEqualTo(1);
            workspace.run("down").hasExit(0);
        }
    }

    @AfterEach
    void end() {
        over = true;
        threads.shutdownNow();
    }

    private static int up(Workspace workspace) {
        workspace.write("server.js", SERVER);
        workspace.write(
                "concertina.yaml",
                "app:\n  name: web\n  command: node server.js\n  drain: 5s\ninstances: 2\n"
                        + "gateway: { listen: 127.0.0.1:0 }\n");
        workspace.run("up", "-d").hasExit(0);
        JsonNode status = workspace.awaitReady(2);
        return URI.create(status.get("address").asString()).getPort();
    }

    private static JsonNode gateway(Workspace workspace) {
        return workspace.status().get("gateway");
    }

    private List<Future<Integer>> start(int count, Callable<Integer> client) {
        var started = new ArrayList<Future<Integer>>();
        for (int i = 0; i < count; i++) {
            started.add(threads.submit(client));
        }
        return started;
    }

    private static void stillRun(List<Future<Integer>> clients) throws Exception {
        for (Future<Integer> client : clients) {
            if (client.isDone()) {
                throw new AssertionError("ended early with " + client.get());
            }
        }
    }

    /** How many have ended within a while, each of which must have been told why. */
    private static int ended(List<Future<Integer>> clients) throws Exception {
        int ended = 0;
        for (Future<Integer> client : clients) {
            try {
                assertThat(client.get(100, TimeUnit.MILLISECONDS)).isEqualTo(SERVICE_RESTART);
                ended++;
            } catch (TimeoutException goesOn) {
                // Those of the other instance.
            }
        }
        return ended;
    }

    /** Requests on one connection as long as it may be used; the failures among them. */
    private Integer askNowAndThen(int port) {
        int failures = 0;
        while (!over) {
            try (var client = new NewConnections.Client(port)) {
                boolean reusable = true;
                while (!over && reusable) {
                    reusable = client.get();
                    asked.incrementAndGet();
                    LockSupport.parkNanos(Duration.ofMillis(250).toNanos());
                }
            } catch (IOException e) {
                System.err.println("on a connection kept alive: " + e);
                failures++;
                LockSupport.parkNanos(Duration.ofMillis(250).toNanos());
            }
        }
        return failures;
    }

    /** Says something and hears it again, until a close frame comes; its status. */
    private Integer echoUntilClosed(int port) throws IOException {
        try (var client = new NewConnections.Client(port)) {
            client.send(
                    ("GET /echo HTTP/1.1\r\nHost: gateway\r\nConnection: Upgrade\r\nUpgrade:"
                                    + " websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key:"
                                    + " dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(client.head()).startsWith("HTTP/1.1 101 ");
            var in = new DataInputStream(client.in());
            for (int i = 0; ; i++) {
                // A masked text frame of two characters (RFC 6455, 5.2), under a mask of zeros.
                byte one = (byte) ('a' + i % 26);
                client.send(new byte[] {(byte) 0x81, (byte) 0x82, 0, 0, 0, 0, one, 'x'});
                int opcode = in.readUnsignedByte();
                assertThat(in.readUnsignedByte()).isEqualTo(2);
                if (opcode == 0x88) {
                    return in.readUnsignedShort();
                }
                assertThat(opcode).isEqualTo(0x81);
                assertThat(in.readByte()).isEqualTo(one);
                assertThat(in.readByte()).isEqualTo((byte) 'x');
                LockSupport.parkNanos(Duration.ofMillis(250).toNanos());
            }
        }
    }

    /** Events in order without a gap, until a complete end; 0. */
    private Integer eventsUntilEnd(int port) throws IOException {
        try (var client = new NewConnections.Client(port)) {
            client.send(
                    "GET /events HTTP/1.1\r\nHost: gateway\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(client.head()).startsWith("HTTP/1.1 200 ");
            var lines = new DataInputStream(client.in());
            int expected = 0;
            while (true) {
                String size = line(lines);
                if (size.equals("0")) {
                    return 0;
                }
                byte[] chunk = lines.readNBytes(Integer.parseInt(size, 16));
                assertThat(line(lines)).isEmpty();
                for (String event : new String(chunk, StandardCharsets.US_ASCII).split("\n\n")) {
                    assertThat(event).isEqualTo("data: " + expected++);
                }
            }
        }
    }

    private static String line(DataInputStream in) throws IOException {
        var line = new StringBuilder();
        for (int c = in.readUnsignedByte(); c != '\n'; c = in.readUnsignedByte()) {
            line.append((char) c);
        }
        return line.toString().strip();
    }

    /** Answers, echoes short frames, and streams events. */
    private static final String SERVER =
            """
            const crypto = require('crypto');
            const server = require('http').createServer((request, response) => {
              if (request.url !== '/events') return response.end('ok');
              response.writeHead(200, {'Content-Type': 'text/event-stream'});
              let n = 0;
              const timer = setInterval(() => response.write(`data: ${n++}\\n\\n`), 100);
              response.on('close', () => clearInterval(timer));
            });
            server.on('upgrade', (request, socket) => {
              const key = request.headers['sec-websocket-key'];
              const accept = crypto.createHash('sha1')
                .update(key + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64');
              socket.write('HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\n' +
                `Connection: Upgrade\\r\\nSec-WebSocket-Accept: ${accept}\\r\\n\\r\\n`);
              let rest = Buffer.alloc(0);
              socket.on('error', () => {});
              socket.on('data', data => {
                rest = Buffer.concat([rest, data]);
                while (rest.length >= 6 && rest.length >= 6 + (rest[1] & 127)) {
                  const length = rest[1] & 127, mask = rest.subarray(2, 6);
                  const text = rest.subarray(6, 6 + length).map((b, i) => b ^ mask[i % 4]);
                  socket.write(Buffer.concat([Buffer.from([rest[0], length]), text]));
                  if ((rest[0] & 15) === 8) return socket.end();
                  rest = rest.subarray(6 + length);
                }
              });
            });
            server.listen(process.env.PORT, '127.0.0.1');
            """;
}
