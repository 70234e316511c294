package dev.concertina.starter.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.testing.TestPostgres;
import dev.concertina.starter.testing.TestRedis;
import dev.concertina.starter.testing.TestS3;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files larger than the memory of the instances that take and give them: 64 MiB, or 1 GiB with
 * {@code -Dsoak=true}, in processes with a heap of 64 MiB, one of which is killed.
 */
class ConstantMemoryTest {
    private static final long SIZE = Boolean.getBoolean("soak") ? 1L << 30 : 64L << 20;
    private static final String HEAP = "-Xmx64m";

    @TempDir static Path folder;

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private record Instance(Process process, int port, Path log) implements AutoCloseable {
        HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
            return HTTP.send(request.build(), BodyHandlers.ofString());
        }

        HttpRequest.Builder to(String path) {
            return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                    .timeout(Duration.ofMinutes(10));
        }

        String get(String path) throws Exception {
            var answer = send(to(path));
            assertThat(answer.statusCode()).as(path + " " + Files.readString(log)).isEqualTo(200);
            return answer.body();
        }

        void awaitReady() throws Exception {
            long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
            while (true) {
                assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
                assertThat(System.nanoTime()).as(Files.readString(log)).isLessThan(deadline);
                try {
                    if (send(to("/health/ready")).statusCode() == 200) {
                        return;
                    }
                } catch (IOException e) {
                    TimeUnit.MILLISECONDS.sleep(50);
                }
            }
        }

        void kill() {
            process.destroyForcibly().onExit().join();
        }

        @Override
        public void close() {
            kill();
        }
    }

    static Stream<List<String>> stores() {
        return Stream.of(
                List.of(
                        "--concertina.file.store=local",
                        "--concertina.file.local.directory=" + folder.resolve("files")),
                List.of(
                        "--concertina.file.store=postgres",
                        "--spring.datasource.url=" + TestPostgres.shared().url(),
                        "--spring.datasource.hikari.maximum-pool-size=3"),
                List.of(TestS3.shared().settings()));
    }

    private static Instance start(String name, List<String> store) throws IOException {
        var port = TestRedis.freePort();
        var log = folder.resolve(name + ".log");
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", HEAP));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(FileApplication.class.getName());
        command.add("--server.port=" + port);
        command.add("--concertina.session.store=memory");
        command.add("--concertina.file.keys=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
        command.add("--concertina.file.size-max=2GB");
        command.add("--concertina.file.forms=/open/form");
        command.add("--management.tracing.export.enabled=false");
        command.add("--spring.main.lazy-initialization=false");
        command.addAll(store);
        var process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        return new Instance(process, port, log);
    }

    /** So many octets by chance, and their hash when they were all read. */
    private static final class Content extends InputStream {
        private final Random random;
        private final Sha256 hash = new Sha256();
        private long left;

        Content(long size, long seed) {
            this.left = size;
            this.random = new Random(seed);
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(byte[] bytes, int offset, int count) {
            if (left == 0) {
                return -1;
            }
            var some = new byte[(int) Math.min(count, left)];
            random.nextBytes(some);
            hash.add(some, 0, some.length);
            System.arraycopy(some, 0, bytes, offset, some.length);
            left -= some.length;
            return some.length;
        }
    }

    private static HttpResponse<String> put(Instance instance, String path, Content content)
            throws Exception {
        return instance.send(instance.to(path).PUT(BodyPublishers.ofInputStream(() -> content)));
    }

    @ParameterizedTest
    @MethodSource("stores")
    void aFileLargerThanTheHeapSurvivesItsInstance(List<String> store) throws Exception {
        long seed = new Random().nextLong();
        var content = new Content(SIZE, seed);
        try (var one = start("one", store);
                var other = start("other", store)) {
            one.awaitReady();
            other.awaitReady();
            long started = System.nanoTime();
            var answer = put(one, "/open/put/large.bin", content);
            long took = System.nanoTime() - started;
            assertThat(answer.statusCode()).as(Files.readString(one.log())).isEqualTo(200);
            var id = answer.body().split(" ")[0];
            var told = SIZE + " " + content.hash.hex();
            assertThat(answer.body()).contains(told);
            assertThat(one.get("/open/hash/" + id)).isEqualTo(told);
            one.kill();
            assertThat(other.get("/open/hash/" + id)).isEqualTo(told);
            try (var redeployed = start("redeployed", store)) {
                redeployed.awaitReady();
                assertThat(redeployed.get("/open/hash/" + id)).isEqualTo(told);
                assertThat(redeployed.get("/open/link/" + id)).contains(id);
                System.out.printf(
                        "%s: %d MiB with %s, stored in %d ms, seed %d%n",
                        store.getFirst(), SIZE >> 20, HEAP, took / 1_000_000, seed);
                redeployed.send(redeployed.to("/open/" + id).DELETE());
            }
        }
    }

    /** That the bound is one: whoever reads everything first does not get through. */
    @ParameterizedTest
    @MethodSource("one")
    void whoeverHoardsDoesNotFitIntoThisHeap(List<String> store) throws Exception {
        try (var one = start("hoarding", store)) {
            one.awaitReady();
            int status;
            try {
                status = put(one, "/open/hoard/large.bin", new Content(SIZE, 1)).statusCode();
            } catch (IOException e) {
                status = -1;
            }
            assertThat(status).isNotEqualTo(200);
            assertThat(Files.readString(one.log())).contains("OutOfMemoryError");
        }
    }

    static Stream<List<String>> one() {
        return stores().limit(1);
    }
}
