package dev.concertina.fleet.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ControlSocketTest {
    @TempDir Path state;

    private final RecordedFleet fleet = new RecordedFleet();

    @Test
    void theStatusArrivesAsItWasGiven() throws Exception {
        try (var _ = ControlServer.open(state, fleet);
                var client = client()) {
            assertThat(client.status()).isEqualTo(fleet.status());
        }
    }

    @Test
    void everyCommandArrivesWithItsArgumentAndItsStoryComesBack() throws Exception {
        try (var _ = ControlServer.open(state, fleet);
                var client = client()) {
            var story = new ArrayList<FleetEvent>();
            assertThat(client.scale(5, story::add)).isEqualTo(RecordedFleet.DONE);
            client.deploy(Optional.of(Path.of("/tmp/a b&c.jar")), true, story::add);
            client.deploy(Optional.empty(), false, story::add);
            client.promote(true, story::add);
            client.abort(story::add);
            client.rollback(Optional.of("r3"), story::add);
            client.rollback(Optional.empty(), story::add);
            assertThat(client.releases()).isEqualTo(fleet.releases());
            client.restart(Optional.of("registry-1"), story::add);
            client.restart(Optional.empty(), story::add);
            client.drain("registry-2", story::add);
            client.settled(Duration.ofSeconds(90), story::add);
            client.down(story::add);
            assertThat(fleet.calls)
                    .containsExactly(
                            "scale 5",
                            "deploy Optional[/tmp/a b&c.jar] true",
                            "deploy Optional.empty false",
                            "promote true",
                            "abort",
                            "rollback Optional[r3]",
                            "rollback Optional.empty",
                            "restart Optional[registry-1]",
                            "restart Optional.empty",
                            "drain registry-2",
                            "settled PT1M30S",
                            "down");
            assertThat(story).hasSize(12).allMatch(RecordedFleet.EVENT::equals);
        }
    }

    @Test
    void aCallerThatGoesAwayDoesNotInterruptTheCommand() throws Exception {
        fleet.begun = new CountDownLatch(1);
        fleet.mayEnd = new CountDownLatch(1);
        try (var _ = ControlServer.open(state, fleet)) {
            var failure = new CompletableFuture<Throwable>();
            var caller =
                    Thread.startVirtualThread(() -> {
                        try {
                            client().scale(3, event -> {});
                        } catch (RuntimeException | IOException e) {
                            failure.complete(e);
                        }
                    });
            assertThat(fleet.begun.await(30, TimeUnit.SECONDS)).isTrue();
            caller.interrupt();
            assertThat(failure.get(30, TimeUnit.SECONDS))
                    .hasMessageStartingWith("Interrupted. The fleet goes on with it");
            fleet.mayEnd.countDown();
            assertThat(fleet.ended.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void closingLetsACommandTellItsOutcome() throws Exception {
        var server = ControlServer.open(state, fleet);
        fleet.onDown = () -> Thread.ofPlatform().start(server::close);
        assertThat(client().down(event -> {})).isEqualTo(RecordedFleet.DONE);
    }

    @Test
    void eventsComeUntilTheFleetEnds() throws Exception {
        var story = new ArrayList<FleetEvent>();
        try (var _ = ControlServer.open(state, fleet)) {
            client().events(7, story::add);
        }
        assertThat(story).containsExactly(RecordedFleet.EVENT);
        assertThat(fleet.calls).containsExactly("events 7");
    }

    @Test
    void aSocketWithoutAProcessIsNoFleet() throws Exception {
        assertThat(FleetClient.connect(state)).isEmpty();
        try (var dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(state.resolve("fleet.sock")));
        }
        assertThat(state.resolve("fleet.sock")).exists();
        assertThat(FleetClient.connect(state)).isEmpty();
    }

    @Test
    void aSecondServerIsRefusedAndAStaleSocketIsReplaced() throws Exception {
        try (var _ = ControlServer.open(state, fleet)) {
            assertThatThrownBy(() -> ControlServer.open(state, fleet))
                    .hasMessageContaining("served by another process already");
            assertThat(Files.getPosixFilePermissions(state.resolve("fleet.sock")))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        }
        ControlServer.open(state, fleet).close();
    }

    @Test
    void aFleetThatDiesInTheMiddleIsReportedAsSuch() throws Exception {
        var listening = new CountDownLatch(1);
        try (var dying = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dying.bind(UnixDomainSocketAddress.of(state.resolve("fleet.sock")));
            Thread.startVirtualThread(() -> {
                try {
                    listening.countDown();
                    dying.accept().close();
                    dying.accept().close();
                } catch (IOException e) {
                    // The test is over.
                }
            });
            assertThat(listening.await(30, TimeUnit.SECONDS)).isTrue();
            assertThatThrownBy(() -> client().scale(3, event -> {}))
                    .isInstanceOf(FleetClient.LostException.class)
                    .hasMessageContaining("'concertina up -d' starts it again and adopts them.");
        }
    }

    private FleetClient client() throws IOException {
        return FleetClient.connect(state).orElseThrow();
    }

    /** Writes down what it is asked. */
    private static final class RecordedFleet implements FleetCommands {
        static final FleetEvent EVENT =
                new FleetEvent(
                        12,
                        Instant.parse("2026-11-20T21:00:00.123456Z"),
                        "instance.ready",
                        "registry-1",
                        "is ready",
                        Optional.of("one\ntwo"));
        static final Outcome DONE = new Outcome(true, "done", Optional.empty());

        final List<String> calls = new ArrayList<>();
        CountDownLatch begun = new CountDownLatch(0);
        CountDownLatch mayEnd = new CountDownLatch(0);
        final CountDownLatch ended = new CountDownLatch(1);
        Runnable onDown = () -> {};

        @Override
        public FleetStatus status() {
            return new FleetStatus(
                    "registry",
                    42,
                    "up",
                    "http://127.0.0.1:8080",
                    1,
                    "r1",
                    Optional.empty(),
                    List.of(
                            new FleetStatus.InstanceStatus(
                                    "registry-1",
                                    43,
                                    4000,
                                    "r1",
                                    "ready",
                                    Instant.parse("2026-11-20T21:00:00Z"),
                                    0,
                                    1,
                                    Optional.of("HTTP 503"))),
                    new FleetStatus.GatewayStatusLine("embedded", 44, 8080, "ready", 1, 2, 3, 4),
                    List.of(new FleetStatus.ServiceStatus("redis", 45, "redis://x", "ready")));
        }

        private Outcome note(String call, Consumer<FleetEvent> story) {
            calls.add(call);
            begun.countDown();
            try {
                mayEnd.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return new Outcome(false, "interrupted", Optional.empty());
            }
            story.accept(EVENT);
            ended.countDown();
            return DONE;
        }

        @Override
        public Outcome scale(int instances, Consumer<FleetEvent> story) {
            return note("scale " + instances, story);
        }

        @Override
        public Outcome deploy(Optional<Path> jar, boolean again, Consumer<FleetEvent> story) {
            return note("deploy " + jar + " " + again, story);
        }

        @Override
        public Outcome promote(boolean all, Consumer<FleetEvent> story) {
            return note("promote " + all, story);
        }

        @Override
        public Outcome abort(Consumer<FleetEvent> story) {
            return note("abort", story);
        }

        @Override
        public Outcome rollback(Optional<String> release, Consumer<FleetEvent> story) {
            return note("rollback " + release, story);
        }

        @Override
        public List<ReleaseStatus> releases() {
            return List.of(
                    new ReleaseStatus(
                            "r3",
                            Instant.EPOCH,
                            Optional.of("/tmp/app.jar"),
                            7,
                            Optional.of("abc"),
                            "serving"));
        }

        @Override
        public Outcome restart(Optional<String> instance, Consumer<FleetEvent> story) {
            return note("restart " + instance, story);
        }

        @Override
        public Outcome drain(String instance, Consumer<FleetEvent> story) {
            return note("drain " + instance, story);
        }

        @Override
        public Outcome upgrade(String classPath, Duration within, Consumer<FleetEvent> story) {
            return note("upgrade " + classPath + " " + within, story);
        }

        @Override
        public Outcome down(Consumer<FleetEvent> story) {
            var outcome = note("down", story);
            onDown.run();
            return outcome;
        }

        @Override
        public Outcome settled(Duration within, Consumer<FleetEvent> story) {
            return note("settled " + within, story);
        }

        @Override
        public void events(long sequence, Consumer<FleetEvent> story) {
            note("events " + sequence, story);
        }
    }
}
