package dev.concertina.starter.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.starter.live.Broadcast;
import dev.concertina.starter.live.Listener;
import dev.concertina.starter.testing.Served;
import dev.concertina.starter.testing.TestCluster;
import dev.concertina.starter.testing.TestRedis;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two instances on one Redis, seen from outside. */
class ChannelsTest {
    private static final String KEY =
            "--concertina.session.keys=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    private static final String ADA =
            "Basic "
                    + Base64.getEncoder()
                            .encodeToString("ada:lovelace".getBytes(StandardCharsets.UTF_8));

    private static Served one;
    private static Served other;

    @BeforeAll
    static void start() {
        one = run();
        other = run();
    }

    private static Served run(String... more) {
        var all =
                new ArrayList<>(
                        List.of(
                                KEY,
                                "--spring.application.name=live",
                                "--concertina.redis.url=" + TestRedis.url(),
                                "--concertina.redis.timeout=20s",
                                "--concertina.channel.beat=500ms",
                                "--concertina.channel.drain=200ms"));
        all.addAll(List.of(more));
        return Served.start(LiveApplication.class, all.toArray(String[]::new));
    }

    @AfterAll
    static void stop() {
        one.close();
        other.close();
    }

    private static String name() {
        return UUID.randomUUID().toString();
    }

    /** An event stream, read line by line. */
    private static final class Events implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader in;
        final String head;

        Events(Served served, String path, String... fields) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), served.port());
            socket.setSoTimeout(20_000);
            var text = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: a\r\n");
            for (int i = 0; i < fields.length; i += 2) {
                text.append(fields[i]).append(": ").append(fields[i + 1]).append("\r\n");
            }
            socket.getOutputStream().write((text + "\r\n").getBytes(StandardCharsets.US_ASCII));
            in =
                    new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            var lines = new StringBuilder();
            for (var line = line(); !line.isEmpty(); line = line()) {
                lines.append(line).append('\n');
            }
            head = lines.toString();
        }

        private String line() throws IOException {
            var line = in.readLine();
            if (line == null) {
                throw new EOFException("the other side has closed");
            }
            return line;
        }

        /** The next event's lines, without heartbeats and the lengths of chunks. */
        List<String> next() throws IOException {
            var lines = new ArrayList<String>();
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                if (line.isEmpty() && !lines.isEmpty()) {
                    return lines;
                }
                if (line.matches("[a-z]+: .*")) {
                    lines.add(line);
                }
            }
            return List.of();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static String id(List<String> event) {
        return event.stream()
                .filter(line -> line.startsWith("id: "))
                .findFirst()
                .orElseThrow()
                .substring(4);
    }

    @Test
    void whatIsPublishedOnOneInstanceIsStreamedByTheOther() throws Exception {
        var channel = name();
        try (var events = new Events(other, "/channels/" + channel)) {
            assertThat(events.head)
                    .startsWith("HTTP/1.1 200")
                    .contains("text/event-stream")
                    .contains("no-store");
            var opened = events.next();
            assertThat(opened).contains("event: opened", "data: {\"resumed\":false,\"beat\":500}");
            var position =
                    one.bean(Channels.class)
                            .publish(channel, "said", Map.of("text", "grün\nund \"rot\""));
            assertThat(events.next())
                    .containsExactly(
                            "id: " + position,
                            "event: said",
                            "data: {\"text\":\"grün\\nund \\\"rot\\\"\"}");
        }
    }

    @Test
    void aStreamIsResumedOnAnyInstanceWithoutAGap() throws Exception {
        var channel = name();
        var channels = one.bean(Channels.class);
        String id;
        try (var events = new Events(one, "/channels/" + channel)) {
            events.next();
            channels.publish(channel, "said", 1);
            id = id(events.next());
        }
        channels.publish(channel, "said", 2);
        channels.publish(channel, "said", 3);
        try (var events = new Events(other, "/channels/" + channel, "Last-Event-ID", id)) {
            assertThat(events.next())
                    .contains("id: " + id, "data: {\"resumed\":true,\"beat\":500}");
            assertThat(events.next()).contains("event: said", "data: 2");
            assertThat(events.next()).contains("data: 3");
            channels.publish(channel, "said", 4);
            assertThat(events.next()).contains("data: 4");
        }
        // The same in the address, for those who cannot send fields.
        try (var events = new Events(other, "/channels/" + channel + "?since=" + id)) {
            events.next();
            assertThat(events.next()).contains("data: 2");
        }
    }

    @Test
    void aPositionOfAnotherHistoryIsAReset() throws Exception {
        var channel = name();
        var position = one.bean(Channels.class).publish(channel, "said", 1);
        var stale = new Position("aaaaaaaa", position.offset(), position.mark()).toString();
        try (var events = new Events(other, "/channels/" + channel, "Last-Event-ID", stale)) {
            assertThat(events.next()).contains("event: opened");
            assertThat(events.next())
                    .containsExactly(
                            "id: " + position, "event: reset", "data: {\"reason\":\"history\"}");
        }
    }

    @Test
    void whoIsNotLetInIsToldWhy() {
        var channel = name();
        assertThat(one.get("/channels/no-" + channel).statusCode()).isEqualTo(404);
        assertThat(one.get("/channels/.hidden").statusCode()).isEqualTo(404);
        assertThat(one.get("/channels/" + "x".repeat(129)).statusCode()).isEqualTo(404);
        var refused = one.get("/channels/private-" + channel);
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.headers().firstValue("Content-Type").orElse(""))
                .startsWith("application/problem+json");
        var malformed = one.get("/channels/" + channel, "Last-Event-ID", "17");
        assertThat(malformed.statusCode()).isEqualTo(400);
        assertThat(malformed.body()).contains("Malformed position");
        assertThat(one.get("/channels").statusCode()).isEqualTo(426);
        assertThat(one.get("/channels/private-x/presence").statusCode()).isEqualTo(403);
        assertThat(one.get("/channels/private-x/presence", "Authorization", ADA).statusCode())
                .isEqualTo(200);
    }

    @Test
    void clientsPublishWhereTheyMay() throws Exception {
        var channel = name();
        var path = "/channels/" + channel;
        try (var events = new Events(other, path)) {
            events.next();
            var body = "{\"event\":\"said\",\"data\":{\"a\": 1}}";
            var first = one.send("POST", path, body, "Idempotency-Key", "k1");
            assertThat(first.statusCode()).isEqualTo(200);
            assertThat(first.body()).contains("\"repeated\":false");
            var again = other.send("POST", path, body, "Idempotency-Key", "k1");
            assertThat(again.body()).isEqualTo(first.body().replace("false", "true"));
            one.send("POST", path, "{\"event\":\"end\"}");
            assertThat(events.next()).contains("data: {\"a\":1}");
            assertThat(events.next()).contains("event: end", "data: null");
        }
        assertThat(one.send("POST", "/channels/read-" + channel, "{}").statusCode()).isEqualTo(403);
        for (var bad : List.of("x", "[]", "{}", "{\"event\":\"a b\"}", "{\"event\":\"reset\"}")) {
            var answer = one.send("POST", path, bad);
            assertThat(answer.statusCode()).as(bad).isEqualTo(400);
            assertThat(answer.body()).contains("Malformed publication");
        }
        for (int size : new int[] {65_600, 200_000}) {
            var tooLong = "{\"event\":\"a\",\"data\":\"" + "x".repeat(size) + "\"}";
            assertThat(one.send("POST", path, tooLong).statusCode()).isEqualTo(413);
        }
    }

    @Test
    void aProgrammersMistakesAreNamed() {
        var channels = one.bean(Channels.class);
        assertThatThrownBy(() -> channels.publish("a/b", "said", 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a/b");
        assertThatThrownBy(() -> channels.publish("a", "error", 1)).hasMessageContaining("error");
        assertThatThrownBy(() -> channels.publish("a", "said", "x".repeat(70_000)))
                .hasMessageContaining("concertina.channel.payload-max");
    }

    @Test
    void anApplicationsOwnHandlerStreamsWhatItAllows() throws Exception {
        var channel = name();
        try (var events = new Events(one, "/own/" + channel)) {
            assertThat(events.next()).contains("event: opened");
            other.get("/say/no-" + channel);
            assertThat(events.next()).contains("event: said");
        }
    }

    @Test
    void subscribersAreCountedOverInstances() throws Exception {
        var channel = name();
        var path = "/channels/" + channel;
        try (var first = new Events(one, path);
                var second = new Events(other, path)) {
            first.next();
            second.next();
            TestCluster.await(() -> one.bean(Channels.class).present(channel) == 2);
            assertThat(other.get(path + "/presence").body())
                    .isEqualTo("{\"channel\":\"" + channel + "\",\"subscribers\":2}");
        }
        TestCluster.await(() -> one.bean(Channels.class).present(channel) == 0);
    }

    /** A WebSocket of the JDK's, and its frames. */
    private static final class Frames implements WebSocket.Listener {
        private final LinkedBlockingQueue<String> frames = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();
        final CompletableFuture<Integer> closed = new CompletableFuture<>();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                if (!text.toString().contains("\"beat\":true")) {
                    frames.add(text.toString());
                }
                text.setLength(0);
            }
            socket.request(1);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closed.complete(code);
            return CompletableFuture.completedFuture(null);
        }

        String next() throws InterruptedException {
            var frame = frames.poll(20, TimeUnit.SECONDS);
            return frame == null ? "nothing within 20 s" : frame;
        }
    }

    private static WebSocket open(Served served, Frames frames, String... fields) {
        var builder = HttpClient.newHttpClient().newWebSocketBuilder();
        for (int i = 0; i < fields.length; i += 2) {
            builder.header(fields[i], fields[i + 1]);
        }
        return builder.buildAsync(
                        URI.create("ws://127.0.0.1:" + served.port() + "/channels"), frames)
                .join();
    }

    @Test
    void aWebSocketHasManyChannelsAndPublishes() throws Exception {
        var a = name();
        var b = name();
        var frames = new Frames();
        var socket = open(one, frames);
        socket.sendText("{\"subscribe\":\"" + a + "\"}", true).join();
        assertThat(frames.next()).startsWith("{\"opened\":\"" + a + "\",\"id\":\"");
        socket.sendText("{\"subscribe\":\"" + b + "\"}", true).join();
        assertThat(frames.next()).startsWith("{\"opened\":\"" + b);
        var channels = other.bean(Channels.class);
        var first = channels.publish(a, "said", 1);
        assertThat(frames.next())
                .isEqualTo(
                        "{\"channel\":\""
                                + a
                                + "\",\"id\":\""
                                + first
                                + "\",\"event\":\"said\",\"data\":1}");
        channels.publish(b, "said", 2);
        assertThat(frames.next()).contains(b).contains("\"data\":2");

        socket.sendText("{\"unsubscribe\":\"" + a + "\"}", true).join();
        assertThat(frames.next()).isEqualTo("{\"ended\":\"" + a + "\"}");
        channels.publish(a, "said", 3);
        socket.sendText(
                        "{\"publish\":\"" + b + "\",\"event\":\"said\",\"data\":4,\"id\":\"mine\"}",
                        true)
                .join();
        var two = List.of(frames.next(), frames.next());
        assertThat(two).anyMatch(frame -> frame.contains("\"data\":4"));
        assertThat(two)
                .anyMatch(frame ->
                        frame.startsWith("{\"published\":\"" + b + "\",\"operation\":\"mine\""));

        // Back where it left off, elsewhere.
        socket.abort();
        var again = new Frames();
        var second = open(other, again);
        second.sendText("{\"subscribe\":\"" + a + "\",\"since\":\"" + first + "\"}", true).join();
        assertThat(again.next()).contains("\"resumed\":true");
        assertThat(again.next()).contains("\"data\":3");
        second.abort();
    }

    @Test
    void aWebSocketsMistakesAreAnswered() throws Exception {
        var frames = new Frames();
        var socket = open(one, frames);
        socket.sendText("{\"subscribe\":\"no-way\"}", true).join();
        assertThat(frames.next()).contains("\"refused\":\"no-way\"").contains("\"status\":404");
        socket.sendText("{\"subscribe\":\"private-1\"}", true).join();
        assertThat(frames.next()).contains("\"status\":403");
        socket.sendText("{\"subscribe\":\"a\",\"since\":\"x\"}", true).join();
        assertThat(frames.next()).contains("\"status\":400").contains("position");
        socket.sendText("{\"publish\":\"read-1\",\"event\":\"a\",\"id\":\"o\"}", true).join();
        assertThat(frames.next()).contains("\"operation\":\"o\"").contains("\"status\":403");
        socket.sendText("{\"hello\":1}", true).join();
        assertThat(frames.next()).contains("\"status\":400");
        socket.sendText("{\"subscribe\":\"a\"}", true).join();
        assertThat(frames.next()).contains("opened");
        socket.sendText("{\"subscribe\":\"a\"}", true).join();
        assertThat(frames.next()).contains("\"status\":409");
        socket.sendText("no JSON", true).join();
        assertThat(frames.closed.get(20, TimeUnit.SECONDS)).isEqualTo(1007);

        var tooLong = new Frames();
        var second = open(one, tooLong);
        second.sendText("\"" + "x".repeat(70_000) + "\"", true).join();
        assertThat(tooLong.closed.get(20, TimeUnit.SECONDS)).isEqualTo(1009);

        assertThatThrownBy(() -> open(one, new Frames(), "Origin", "https://evil.example"))
                .rootCause()
                .hasMessageContaining("403");
        open(one, new Frames(), "Origin", "http://127.0.0.1:" + one.port()).abort();
    }

    @Test
    void whoLeavesSendsHisSubscribersElsewhere() throws Exception {
        var channel = name();
        try (var third = run()) {
            var frames = new Frames();
            var socket = open(third, frames);
            socket.sendText("{\"subscribe\":\"" + channel + "\"}", true).join();
            frames.next();
            try (var events = new Events(third, "/channels/" + channel)) {
                events.next();
                one.bean(Channels.class).publish(channel, "said", 1);
                Thread.ofVirtual().start(third::close);
                assertThat(events.next()).contains("event: said");
                var last = events.next();
                assertThat(last).contains("event: closing", "data: {\"reason\":\"leaving\"}");
                assertThat(last.getFirst()).startsWith("retry: ");
                assertThat(events.next()).isEmpty();
            }
            assertThat(frames.closed.get(20, TimeUnit.SECONDS)).isEqualTo(1012);
        }
    }

    @Test
    void aClientThatTakesNothingIsSentAwayAndResumes() throws Exception {
        var channel = name();
        try (var small = run("--concertina.channel.queue=512")) {
            var payload = Map.of("s", "p", "n", 1, "x", "x".repeat(60_000));
            try (var stuck = new Events(small, "/channels/" + channel)) {
                var opened = id(stuck.next());
                var channels = one.bean(Channels.class);
                var counters = small.bean(Counters.class);
                int sent = 0;
                while (counters.slow.sum() == 0) {
                    assertThat(++sent).isLessThan(900);
                    channels.publish(channel, "said", payload);
                }
                System.out.println("sent away after " + sent + " publications");
                try (var again =
                        new Events(small, "/channels/" + channel, "Last-Event-ID", opened)) {
                    assertThat(again.next()).contains("event: opened");
                    assertThat(again.next()).contains("event: said");
                }
            }
        }
    }

    @Test
    void manyListenersAgree() throws Exception {
        var channel = name();
        var broadcast = new Broadcast();
        var listeners = new ArrayList<Listener>();
        for (int i = 0; i < 10; i++) {
            var served = i % 2 == 0 ? one : other;
            listeners.add(
                    Listener.start(
                            i < 5 ? Listener.Kind.EVENTS : Listener.Kind.SOCKET,
                            served::port,
                            channel,
                            broadcast.subscriber("l" + i)));
        }
        TestCluster.await(() -> listeners.stream().allMatch(Listener::opened));
        for (int n = 1; n <= 100; n++) {
            one.bean(Channels.class).publish(channel, "said", Map.of("s", "p", "n", n));
            broadcast.acknowledged("p", n);
            if (n % 20 == 0) {
                listeners.get(n / 20).cut();
            }
        }
        TestCluster.await(broadcast::settled);
        assertThat(broadcast.faults()).isEmpty();
        assertThat(broadcast.resets()).isZero();
        assertThat(broadcast.received()).isEqualTo(1000);
        for (var listener : listeners) {
            listener.close();
        }
    }

    @Test
    void withoutAnAccessNobodyMay() {
        try (var closed = Served.start(NobodyApplication.class, KEY)) {
            assertThat(closed.get("/channels/a").statusCode()).isEqualTo(404);
            assertThat(closed.get("/channels").statusCode()).isEqualTo(404);
            assertThat(closed.bean(ChannelStore.class)).isInstanceOf(MemoryChannelStore.class);
        }
    }

    @org.springframework.context.annotation.Configuration(proxyBeanMethods = false)
    @org.springframework.boot.autoconfigure.EnableAutoConfiguration
    static class NobodyApplication {
        @org.springframework.context.annotation.Bean
        org.springframework.security.web.SecurityFilterChain chain(
                org.springframework.security.config.annotation.web.builders.HttpSecurity http) {
            return http.authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                    .build();
        }
    }

    @Test
    void theClientsModuleIsServed() {
        var module = one.get("/concertina/channel.js");
        assertThat(module.statusCode()).isEqualTo(200);
        assertThat(module.headers().firstValue("Content-Type").orElse("")).contains("javascript");
        assertThat(module.body()).contains("export function subscribe");
    }
}
