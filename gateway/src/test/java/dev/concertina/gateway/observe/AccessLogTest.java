package dev.concertina.gateway.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AccessLogTest {
    private static final long AT = Instant.parse("2026-11-20T10:00:00.007Z").toEpochMilli();

    @TempDir Path temporary;

    private static AccessEntry entry(String target) {
        return new AccessEntry(
                AT,
                "id1",
                "192.0.2.1",
                "GET",
                target,
                "HTTP/1.1",
                200,
                90,
                1_234_567,
                1_000_999,
                "app-1",
                0,
                null);
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void oneLineOfJsonARequest() throws IOException {
        Path file = temporary.resolve("access.log");
        try (AccessLog log = AccessLog.open(file)) {
            log.add(entry("/a?b=c"));
        }
        assertThat(Files.readString(file))
                .isEqualTo(
                        "{\"time\":\"2026-11-20T10:00:00.007Z\",\"id\":\"id1\","
                                + "\"client\":\"192.0.2.1\",\"method\":\"GET\","
                                + "\"target\":\"/a?b=c\",\"protocol\":\"HTTP/1.1\","
                                + "\"status\":200,\"bytes\":90,\"duration\":0.001234,"
                                + "\"upstream\":0.001000,\"instance\":\"app-1\",\"retries\":0}\n");
    }

    @Test
    void whateverClientsSendStaysOneLineOfAscii() throws IOException {
        Path file = temporary.resolve("access.log");
        String target = "/\"\\\n\r\u001b[31m\u00e4\ud83d\u007f";
        try (AccessLog log = AccessLog.open(file)) {
            log.add(entry(target));
        }
        String line = Files.readString(file).stripTrailing();
        assertThat(line).matches("[ -~]+");
        JsonNode read = JsonMapper.builder().build().readTree(line);
        assertThat(read.get("target").asString()).isEqualTo(target);
    }

    @Test
    void aRequestWithoutAnInstanceSaysSoByLeavingItOut() throws IOException {
        Path file = temporary.resolve("access.log");
        try (AccessLog log = AccessLog.open(file)) {
            log.add(
                    new AccessEntry(
                            AT,
                            "i",
                            "c",
                            "GET",
                            "/",
                            "h2",
                            503,
                            0,
                            5_000_000_000L,
                            -1,
                            null,
                            2,
                            "TLSv1.3"));
        }
        assertThat(Files.readString(file))
                .endsWith("\"duration\":5.000000,\"retries\":2,\"tls\":\"TLSv1.3\"}\n");
    }

    @Test
    void aFileThatWasMovedAwayIsMadeAnew() throws IOException {
        Path file = temporary.resolve("access.log");
        Path moved = temporary.resolve("access.log.1");
        try (AccessLog log = AccessLog.open(file)) {
            log.add(entry("/before"));
            await(() -> lines(file).size() == 1);
            Files.move(file, moved);
            await(() -> {
                log.add(entry("/after"));
                return !lines(file).isEmpty();
            });
        }
        assertThat(lines(moved).getFirst()).contains("/before");
        assertThat(lines(file)).allMatch(line -> line.contains("/after"));
    }

    @Test
    void linesThatCannotBeWrittenAreCounted() throws IOException {
        Path file = temporary.resolve("logs/access.log");
        Files.createDirectories(file.getParent());
        try (AccessLog log = AccessLog.open(file)) {
            Files.delete(file);
            Files.delete(file.getParent());
            await(() -> {
                log.add(entry("/lost"));
                return log.dropped() > 0;
            });
        }
    }

    @Test
    void everyLineIsWrittenOrCounted() throws Exception {
        Path file = temporary.resolve("access.log");
        int threads = 3;
        int each = 20_000;
        AccessLog log = AccessLog.open(file, 64);
        Thread[] loops = new Thread[threads];
        for (int t = 0; t < threads; t++) {
            loops[t] = Thread.ofPlatform().start(() -> addMany(log, each));
        }
        for (Thread loop : loops) {
            loop.join();
        }
        log.close();
        long dropped = log.dropped();
        assertThat(lines(file).size() + dropped).isEqualTo((long) threads * each);
        assertThat(dropped).isPositive();
    }

    private static void addMany(AccessLog log, int count) {
        for (int i = 0; i < count; i++) {
            log.add(entry("/" + i));
        }
    }
}
