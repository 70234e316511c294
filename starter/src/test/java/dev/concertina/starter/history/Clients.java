package dev.concertina.starter.history;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Sixty-four clients with one session between them, each request to any of the instances, and its
 * owner, who logs in, changes its id, and logs out while they go on. All note what they saw.
 */
final class Clients {
    static final int AT_ONCE = 64;
    private static final int LIVES_MIN = 4;
    private static final int PER_PHASE = 40;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int LOGOUTS_MAX = 1_000;
    private static final String COOKIE = "CONCERTINA_SESSION=";
    private static final List<String> ATTRIBUTES = List.of("a", "b", "c", "d");

    private final int[] ports;
    private final long seed;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Queue<Op> history = new ConcurrentLinkedQueue<>();
    private final List<String> ids = new CopyOnWriteArrayList<>();
    private final AtomicInteger values = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private volatile boolean over;

    Clients(int[] ports, long seed) {
        this.ports = ports.clone();
        this.seed = seed;
    }

    /** What they saw in this time, or in four sessions; all are logged out at its end. */
    List<Op> run(Duration time) throws Exception {
        long end = System.nanoTime() + time.toNanos();
        var owner = new Random(seed);
        begin(1, owner);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var clients = new ArrayList<Future<?>>();
            for (int i = 0; i < AT_ONCE; i++) {
                var chance = new Random(seed + 1 + i);
                clients.add(threads.submit(() -> ask(chance)));
            }
            try {
                live(1, owner, threads::submit);
                for (int life = 2; life <= LIVES_MIN || System.nanoTime() < end; life++) {
                    begin(life, owner);
                    live(life, owner, threads::submit);
                }
            } finally {
                over = true;
            }
            for (var client : clients) {
                client.get();
            }
        }
        return List.copyOf(history);
    }

    private interface Threads {
        Future<?> submit(Callable<Void> work);
    }

    private void live(int life, Random chance, Threads threads) throws Exception {
        awaitSome();
        move("/login", "username=user" + life + "&password=password", true, chance);
        for (int moves = chance.nextInt(4); moves > 0; moves--) {
            awaitSome();
            move("/rotate", "", false, chance);
        }
        awaitSome();
        // Half of the time the id is about to change while its owner logs out.
        var racing =
                chance.nextBoolean()
                        ? Optional.of(
                                threads.submit(() -> {
                                    move("/rotate", "", false, new Random(seed + life));
                                    return null;
                                }))
                        : Optional.<Future<?>>empty();
        end(chance);
        if (racing.isPresent()) {
            racing.get().get();
        }
    }

    private void awaitSome() {
        int enough = answered.get() + PER_PHASE;
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (answered.get() < enough) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("the clients get no answers");
            }
            LockSupport.parkNanos(200_000);
        }
    }

    private Void ask(Random chance) {
        while (!over) {
            var id =
                    chance.nextInt(5) > 0
                            ? current()
                            : ids.get(Math.max(0, ids.size() - 1 - chance.nextInt(6)));
            if (chance.nextInt(5) < 2) {
                write(id, chance);
            } else {
                read(id, chance);
            }
            answered.incrementAndGet();
        }
        return null;
    }

    private String current() {
        return ids.get(ids.size() - 1);
    }

    private void begin(int life, Random chance) {
        long invoked = System.nanoTime();
        var answer = send("/begin", "life=" + life, "", chance);
        var id = given(answer).orElseThrow();
        history.add(new Op.Begin(life, id, invoked, System.nanoTime()));
        ids.add(id);
    }

    private void move(String path, String form, boolean login, Random chance) {
        var id = current();
        long invoked = System.nanoTime();
        var to = given(send(path, form, id, chance)).filter(text -> !text.isEmpty());
        history.add(new Op.Move(id, to.orElse(""), login, invoked, System.nanoTime()));
        to.ifPresent(ids::add);
    }

    // A logout whose id was just given up ends nothing; its owner tries again with the next.
    private void end(Random chance) {
        for (int i = 0; i < LOGOUTS_MAX; i++) {
            var id = current();
            long invoked = System.nanoTime();
            if (send("/end", "", id, chance).body().equals("ended")) {
                history.add(new Op.End(id, invoked, System.nanoTime()));
                return;
            }
        }
        throw new IllegalStateException("the session was there for nobody, not even its owner");
    }

    private void write(String id, Random chance) {
        var name = ATTRIBUTES.get(chance.nextInt(ATTRIBUTES.size()));
        var value = Integer.toString(values.incrementAndGet());
        long invoked = System.nanoTime();
        var answer = send("/write", "name=" + name + "&value=" + value, id, chance);
        long returned = System.nanoTime();
        var fate =
                !answer.body().equals("kept")
                        ? Op.Fate.NOT_FOUND
                        : given(answer).filter(String::isEmpty).isPresent()
                                ? Op.Fate.DROPPED
                                : Op.Fate.KEPT;
        history.add(new Op.Write(id, name, value, fate, invoked, returned));
    }

    private void read(String id, Random chance) {
        long invoked = System.nanoTime();
        var answer = send("/read", null, id, chance);
        long returned = System.nanoTime();
        var seen =
                answer.body().equals(HistoryApplication.Pages.NOBODY)
                        ? Optional.<Op.Seen>empty()
                        : Optional.of(seen(answer.body()));
        history.add(new Op.Read(id, seen, invoked, returned));
    }

    private static Op.Seen seen(String text) {
        var parts = text.split(";", 3);
        var values = new HashMap<String, String>();
        var all = parts[2].substring(1, parts[2].length() - 1);
        for (var pair : all.isEmpty() ? new String[0] : all.split(", ")) {
            values.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
        }
        return new Op.Seen(Integer.parseInt(parts[0]), parts[1], Map.copyOf(values));
    }

    /** The id an answer gives; empty text if it takes the session away. */
    private static Optional<String> given(HttpResponse<String> answer) {
        return answer.headers().allValues("Set-Cookie").stream()
                .filter(field -> field.startsWith(COOKIE))
                .map(field -> field.substring(COOKIE.length(), field.indexOf(';')))
                .findFirst();
    }

    private HttpResponse<String> send(
            String path, @Nullable String form, String id, Random chance) {
        int port = ports[chance.nextInt(ports.length)];
        var request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .timeout(Duration.ofSeconds(30));
        if (!id.isEmpty()) {
            request.header("Cookie", COOKIE + id);
        }
        if (form != null) {
            request.header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(BodyPublishers.ofString(form));
        }
        try {
            var answer = http.send(request.build(), BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IllegalStateException(
                        path + " answered " + answer.statusCode() + " " + answer.body());
            }
            return answer;
        } catch (IOException e) {
            throw new IllegalStateException(path + " was not answered", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
