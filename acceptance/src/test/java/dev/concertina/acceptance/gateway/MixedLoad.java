package dev.concertina.acceptance.gateway;

import dev.concertina.gateway.Client;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Clients that send GET and POST by turns of chance, each with a path of its own, and never send
 * one twice. Sometimes they pause, so that connections behind the gateway fall idle.
 */
final class MixedLoad {
    private final int port;
    private final int clients;
    private final int requestsEach;
    private final long seed;
    private final Collection<String> failures = new ConcurrentLinkedQueue<>();
    private final Collection<String> posts = new ConcurrentLinkedQueue<>();

    MixedLoad(int port, int clients, int requests, long seed) {
        this.port = port;
        this.clients = clients;
        this.requestsEach = requests / clients;
        this.seed = seed;
    }

    /** Sends everything and waits for the last answer. */
    void run() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int number = 0; number < clients; number++) {
            int mine = number;
            threads.add(Thread.ofVirtual().start(() -> client(mine)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void client(int number) {
        SplittableRandom random = new SplittableRandom(seed - 1 - number);
        Client connection = null;
        for (int i = 0; i < requestsEach; i++) {
            pause(random);
            boolean post = random.nextBoolean();
            String path = (post ? "/post/" : "/get/") + number + "/" + i;
            if (post) {
                posts.add(path);
            }
            connection = one(connection, path, post ? "x".repeat(random.nextInt(200)) : null);
        }
        close(connection);
    }

    private static void pause(SplittableRandom random) {
        int chance = random.nextInt(2000);
        if (chance < 60) {
            LockSupport.parkNanos(random.nextInt(60_000_000));
        } else if (chance == 60) {
            LockSupport.parkNanos(random.nextInt(300_000_000));
        }
    }

    private @Nullable Client one(@Nullable Client open, String path, @Nullable String body) {
        Client connection = open;
        try {
            if (connection == null) {
                connection = new Client(port);
            }
            var response = body == null ? connection.get(path) : connection.post(path, body);
            if (response.status() != 200 || !response.body().equals(path)) {
                failures.add(path + " " + response.status() + " " + response.body().strip());
            }
            if (!response.field("Connection").equals("close")) {
                return connection;
            }
        } catch (IOException e) {
            failures.add(path + " " + e);
        }
        close(connection);
        return null;
    }

    private static void close(@Nullable Client connection) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (IOException e) {
            // It is of no more use either way.
        }
    }

    List<String> failedGets() {
        return failed("/get/");
    }

    List<String> failedPosts() {
        return failed("/post/");
    }

    private List<String> failed(String start) {
        return failures.stream().filter(failure -> failure.startsWith(start)).toList();
    }

    Collection<String> posts() {
        return posts;
    }
}
