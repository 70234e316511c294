package dev.concertina.verifier;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.concertina.fleet.console.FleetCommands;
import dev.concertina.fleet.console.FleetEvent;
import dev.concertina.fleet.console.FleetStatus;
import dev.concertina.fleet.console.FleetStatus.GatewayStatusLine;
import dev.concertina.fleet.console.FleetStatus.InstanceStatus;
import dev.concertina.fleet.console.ReleaseStatus;
import dev.concertina.verifier.check.Faults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A fleet in this process: each instance is an HTTP server, a gateway takes turns among them. Good
 * as it comes; each of its public fields breaks it in one way.
 */
final class FakeFleet implements FleetCommands, Faults, AutoCloseable {
    static {
        // Without it, every kept-alive answer of the JDK's server waits 40 ms for an
        // acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    enum Gateway {
        TAKES_TURNS,
        STICKY,
        ALWAYS_THE_FIRST
    }

    boolean sessionsShared = true;
    boolean named = true;
    boolean journeysWork = true;
    boolean drains = true;
    boolean killBreaks = false;
    boolean killNoticed = true;
    int failsOnceIn = 0;
    Gateway balance = Gateway.TAKES_TURNS;

    private final Map<String, String> shared = new ConcurrentHashMap<>();
    private final List<Instance> instances = new CopyOnWriteArrayList<>();
    private final List<Instance> all = new CopyOnWriteArrayList<>();
    private final AtomicInteger turn = new AtomicInteger();
    private final AtomicInteger last = new AtomicInteger();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger unserved = new AtomicInteger();
    private final HttpServer gateway;
    private final int wanted;

    FakeFleet(int wanted) {
        this.wanted = wanted;
        gateway = serving(this::forward);
        for (int i = 0; i < wanted; i++) {
            instances.add(new Instance());
        }
    }

    private static HttpServer serving(HttpHandler handler) {
        try {
            var server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 512);
            server.createContext("/", handler);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the gateway answers for itself when the chosen instance has gone. */
    private void forward(HttpExchange exchange) throws IOException {
        var chosen = choose(exchange);
        if (chosen.isEmpty() || !chosen.get().enter()) {
            unserved.incrementAndGet();
            answer(exchange, 502, "nobody there");
            return;
        }
        try {
            if (balance == Gateway.STICKY) {
                exchange.getResponseHeaders()
                        .add("Set-Cookie", "AT=" + chosen.get().id + "; Path=/");
            }
            chosen.get().handle(exchange);
        } finally {
            chosen.get().inFlight.decrementAndGet();
        }
    }

    private Optional<Instance> choose(HttpExchange exchange) {
        var present = List.copyOf(instances);
        if (balance == Gateway.STICKY) {
            var same = present.stream().filter(i -> cookie(exchange, "AT").equals(i.id)).findAny();
            if (same.isPresent()) {
                return same;
            }
        }
        if (present.isEmpty()) {
            return Optional.empty();
        }
        int which =
                balance == Gateway.ALWAYS_THE_FIRST
                        ? 0
                        : Math.floorMod(turn.getAndIncrement(), present.size());
        return Optional.of(present.get(which));
    }

    /** One process of the application, as far as anybody outside can tell. */
    private final class Instance {
        private final int number = last.incrementAndGet();
        private final String id = "app-" + number;
        private final Map<String, String> own = new ConcurrentHashMap<>();
        private final HttpServer server = serving(this::handle);
        private final AtomicInteger inFlight = new AtomicInteger();
        private volatile boolean ended;

        Instance() {
            all.add(this);
        }

        boolean enter() {
            inFlight.incrementAndGet();
            if (ended) {
                inFlight.decrementAndGet();
            }
            return !ended;
        }

        void end() {
            ended = true;
            server.stop(0);
        }

        private Map<String, String> sessions() {
            return sessionsShared ? shared : own;
        }

        private void handle(HttpExchange exchange) throws IOException {
            if (named) {
                exchange.getResponseHeaders().add("X-Instance-Id", id);
            }
            if (failsOnceIn > 0 && asked.incrementAndGet() % failsOnceIn == 0) {
                answer(exchange, 500, "now and then");
                return;
            }
            switch (exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath()) {
                case "GET /" -> answer(exchange, 200, "hello");
                case "GET /login" -> form(exchange);
                case "POST /login" -> login(exchange);
                case "GET /me" -> me(exchange);
                default -> answer(exchange, 404, "no such page");
            }
        }

        private void form(HttpExchange exchange) throws IOException {
            var session = newSession(exchange, "");
            answer(exchange, 200, "<input name=\"csrf\" value=\"t+" + session + "\">");
        }

        private void login(HttpExchange exchange) throws IOException {
            var body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            if (body.contains("csrf=") && !body.contains("csrf=t%2B" + cookie(exchange, "SID"))) {
                answer(exchange, 403, "another form's token");
                return;
            }
            if (body.contains("csrf=") && !sessions().containsKey(cookie(exchange, "SID"))) {
                answer(exchange, 403, "no such session");
                return;
            }
            sessions().remove(cookie(exchange, "SID"));
            newSession(exchange, body.replaceAll(".*user=([^&]*).*", "$1"));
            exchange.getResponseHeaders().add("Location", "/me");
            answer(exchange, 303, "");
        }

        private void me(HttpExchange exchange) throws IOException {
            var user = sessions().get(cookie(exchange, "SID"));
            if (user == null || !journeysWork) {
                exchange.getResponseHeaders().add("Location", "/login");
                answer(exchange, 302, "");
            } else {
                answer(exchange, 200, "signed in as " + user);
            }
        }

        private String newSession(HttpExchange exchange, String user) {
            var session = "s" + number + "n" + asked.incrementAndGet() + "r" + System.nanoTime();
            sessions().put(session, user);
            exchange.getResponseHeaders()
                    .add("Set-Cookie", "SID=" + session + "; Path=/; HttpOnly");
            return session;
        }
    }

    private static String cookie(HttpExchange exchange, String name) {
        return exchange.getRequestHeaders().getOrDefault("Cookie", List.of()).stream()
                .flatMap(line -> List.of(line.split("; ")).stream())
                .filter(c -> c.startsWith(name + "="))
                .map(c -> c.substring(name.length() + 1))
                .findFirst()
                .orElse("");
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        try (exchange) {
            var bytes = body.getBytes(UTF_8);
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            if (bytes.length > 0) {
                exchange.getResponseBody().write(bytes);
            }
        }
    }

    String address() {
        return "http://127.0.0.1:" + gateway.getAddress().getPort();
    }

    @Override
    public boolean kill(InstanceStatus victim) {
        if (killBreaks) {
            throw new IllegalStateException("the knife is blunt");
        }
        var found = instances.stream().filter(i -> i.number == victim.pid()).findFirst();
        found.ifPresent(i -> {
            if (killNoticed) {
                instances.remove(i);
            }
            i.end();
            if (!killNoticed) {
                awaitUnserved();
                instances.remove(i);
            }
            instances.add(new Instance());
        });
        return found.isPresent();
    }

    @Override
    public FleetStatus status() {
        var ready =
                instances.stream()
                        .map(i ->
                                new InstanceStatus(
                                        i.id,
                                        i.number,
                                        i.server.getAddress().getPort(),
                                        "1",
                                        "ready",
                                        Instant.EPOCH,
                                        0,
                                        0,
                                        Optional.empty()))
                        .toList();
        return new FleetStatus(
                "fake",
                1,
                "up",
                address(),
                wanted,
                "1",
                Optional.empty(),
                ready,
                new GatewayStatusLine(
                        "embedded", 1, gateway.getAddress().getPort(), "up", 0, 0, 0, 0),
                List.of());
    }

    /** In order: the new one serves before the old one is taken out, which ends when it is idle. */
    @Override
    public Outcome deploy(Optional<Path> jar, boolean again, Consumer<FleetEvent> story) {
        for (var old : List.copyOf(instances)) {
            if (drains) {
                instances.add(new Instance());
                instances.remove(old);
                await(() -> old.inFlight.get() == 0);
                old.end();
            } else {
                old.end();
                awaitUnserved();
                instances.remove(old);
                instances.add(new Instance());
            }
        }
        return new Outcome(true, "deployed", Optional.empty());
    }

    @Override
    public Outcome promote(boolean all, Consumer<FleetEvent> story) {
        throw new UnsupportedOperationException("no check does this");
    }

    @Override
    public Outcome abort(Consumer<FleetEvent> story) {
        throw new UnsupportedOperationException("no check does this");
    }

    @Override
    public Outcome rollback(Optional<String> release, Consumer<FleetEvent> story) {
        throw new UnsupportedOperationException("no check does this");
    }

    @Override
    public List<ReleaseStatus> releases() {
        return List.of();
    }

    private void awaitUnserved() {
        int before = unserved.get();
        await(() -> unserved.get() > before);
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("nothing happened for 30 s");
            }
            LockSupport.parkNanos(200_000);
        }
    }

    @Override
    public Outcome settled(Duration within, Consumer<FleetEvent> story) {
        return new Outcome(instances.size() == wanted, "settled", Optional.empty());
    }

    @Override
    public Outcome scale(int number, Consumer<FleetEvent> story) {
        throw new UnsupportedOperationException("scale");
    }

    @Override
    public Outcome restart(Optional<String> instance, Consumer<FleetEvent> story) {
        throw new UnsupportedOperationException("restart");
    }

    @Override
    public Outcome drain(String instance, Consumer<FleetEvent> story) {
        throw new UnsupportedOperationException("drain");
    }

    @Override
    public Outcome upgrade(String classPath, Duration within, Consumer<FleetEvent> story) {
        throw new UnsupportedOperationException("upgrade");
    }

    @Override
    public Outcome down(Consumer<FleetEvent> story) {
        throw new UnsupportedOperationException("down");
    }

    @Override
    public void events(long sequence, Consumer<FleetEvent> story) {
        throw new UnsupportedOperationException("events");
    }

    @Override
    public void close() {
        gateway.stop(0);
        all.forEach(i -> i.server.stop(0));
    }
}
