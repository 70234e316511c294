package dev.concertina.bench.requeststate;

import dev.concertina.starter.testing.CountingRelay;
import dev.concertina.starter.testing.TestRedis;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One application under measurement: a process of its own behind a relay of its own. */
final class Subject implements AutoCloseable {
    private static final Duration START_MAX = Duration.ofMinutes(2);

    private final Process process;
    private final CountingRelay relay;
    private final int port;
    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .cookieHandler(new CookieManager())
                    .build();

    private Subject(Process process, CountingRelay relay, int port) {
        this.process = process;
        this.relay = relay;
        this.port = port;
    }

    static Subject start(String mainClass, String classPath, int redisPort, Path log)
            throws IOException, InterruptedException {
        var relay = new CountingRelay(redisPort);
        int port = TestRedis.freePort();
        var command = new ArrayList<>(List.of(java(), "-Xmx256m", "-cp", classPath, mainClass));
        command.add("--server.port=" + port);
        command.add("--redis.port=" + URI.create(relay.url()).getPort());
        command.add("--concertina.redis.url=" + relay.url());
        command.add("--concertina.redis.timeout=20s");
        command.add("--concertina.session.keys=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
        var process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        var subject = new Subject(process, relay, port);
        subject.awaitStart(log);
        return subject;
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private void awaitStart(Path log) throws InterruptedException {
        var end = System.nanoTime() + START_MAX.toNanos();
        while (true) {
            try {
                get("/plain");
                return;
            } catch (IOException e) {
                if (!process.isAlive() || System.nanoTime() > end) {
                    throw new IllegalStateException("did not start; see " + log, e);
                }
                Thread.sleep(100);
            }
        }
    }

    /** Commands on the wire per request, over a number of requests that follow each other. */
    double commands(String path, int requests) throws IOException, InterruptedException {
        get(path);
        relay.take();
        for (int i = 0; i < requests; i++) {
            get(path);
        }
        return relay.take().size() / (double) requests;
    }

    String get(String path) throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .timeout(Duration.ofSeconds(60))
                        .build();
        HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(path + " answered " + answer.statusCode());
        }
        return answer.body();
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        relay.close();
    }
}
