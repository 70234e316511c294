package dev.concertina.starter.instance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.testing.TestRedis;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes under load, told to end. */
@Tag("real")
class DrainTest {
    @TempDir private static Path folder;

    private static Started orderly;
    private static Started hanging;

    /** One process, its port and its log. */
    private record Started(Process process, int port, Path log) {
        String text() throws IOException {
            return Files.readString(log);
        }
    }

    @BeforeAll
    static void start() throws IOException {
        orderly = start("orderly", "--concertina.instance.drain-delay=2s");
        hanging =
                start(
                        "hanging",
                        "--test.hang=true",
                        "--concertina.instance.drain-delay=0s",
                        "--concertina.instance.drain-within=3s");
    }

    @AfterAll
    static void stop() {
        orderly.process().destroyForcibly();
        hanging.process().destroyForcibly();
    }

    private static Started start(String name, String... arguments) throws IOException {
        var port = TestRedis.freePort();
        var log = folder.resolve(name + ".log");
        var command = new ArrayList<String>();
        // A test that runs in the background is deaf to SIGINT, and so would be what it starts.
        command.addAll(List.of("env", "--default-signal=INT"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(DrainingApplication.class.getName());
        command.add("--server.port=" + port);
        command.add("--concertina.instance.id=" + name);
        command.add("--management.tracing.export.enabled=false");
        command.addAll(List.of(arguments));
        var process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(new File(log.toString()))
                        .start();
        return new Started(process, port, log);
    }

    private static void awaitReady(Started started) throws Exception {
        long end = System.nanoTime() + 60_000_000_000L;
        while (true) {
            assertThat(started.process().isAlive()).as(started.text()).isTrue();
            assertThat(System.nanoTime()).as(started.text()).isLessThan(end);
            try (var wire = new Wire(started.port())) {
                wire.ask("/health/ready");
                if (wire.answer().status() == 200) {
                    return;
                }
            } catch (IOException e) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
    }

    /** A balancer's connection: it sends one request after another until it is asked to leave. */
    private static void load(
            int port, String path, AtomicInteger answered, ConcurrentLinkedQueue<String> lost) {
        try (var wire = new Wire(port)) {
            Wire.Answer answer;
            do {
                wire.ask(path);
                answer = wire.answer();
                if (answer.status() != 200 || !path.endsWith(answer.body())) {
                    lost.add(path + " " + answer);
                }
                answered.incrementAndGet();
            } while (!answer.last());
        } catch (IOException e) {
            lost.add(path + " " + e);
        }
    }

    @Test
    void underLoadNothingIsLost() throws Exception {
        awaitReady(orderly);
        var lost = new ConcurrentLinkedQueue<String>();
        var answered = new AtomicInteger();
        var threads = new ArrayList<Thread>();
        for (var path : List.of("/quick", "/quick", "/slow", "/slow")) {
            threads.add(
                    Thread.ofPlatform().start(() -> load(orderly.port(), path, answered, lost)));
        }
        try (var stream = new Wire(orderly.port())) {
            stream.ask("/stream");
            while (answered.get() < 50) {
                assertThat(lost).isEmpty();
                Thread.onSpinWait();
            }
            long told = System.nanoTime();
            orderly.process().destroy();
            assertThat(stream.rest()).contains("data:hello").endsWith("\r\n0\r\n\r\n");
            for (var thread : threads) {
                thread.join();
            }
            assertThat(orderly.process().waitFor(30, TimeUnit.SECONDS)).isTrue();
            long took = (System.nanoTime() - told) / 1_000_000;
            System.out.println(answered + " answered, drained in " + took + " ms");
        }
        assertThat(lost).isEmpty();
        assertThat(orderly.process().exitValue()).isEqualTo(143);
        assertThat(orderly.text())
                .containsSubsequence(
                        "Drain begins: ",
                        "Drain, delay: over after 2",
                        "Drain, streams: 1 ended after ",
                        "Drain, requests: all answered after ",
                        "Drain, jobs: 3 handed back after ",
                        "Drain, clumsy: failed after ",
                        "Drain ends after ");
    }

    @Test
    void whatHangsIsEnded() throws Exception {
        awaitReady(hanging);
        // SIGINT, as from a terminal.
        assertThat(
                        new ProcessBuilder("kill", "-INT", Long.toString(hanging.process().pid()))
                                .start()
                                .waitFor())
                .isZero();
        assertThat(hanging.process().waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(hanging.process().exitValue()).isEqualTo(1);
        assertThat(hanging.text())
                .containsSubsequence(
                        "Drain begins: ",
                        "Drain ends after ",
                        "Drain: no end after 3 s; the process is ended.");
    }
}
