package dev.concertina.cli;

import dev.concertina.fleet.console.FleetCommands;
import dev.concertina.fleet.console.FleetEvent;
import dev.concertina.fleet.console.FleetStatus;
import dev.concertina.fleet.console.ReleaseStatus;
import dev.concertina.fleet.manifest.Manifest;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A fleet, and the way to it, that writes down what it is asked and answers what it is told to. */
final class FakeFleet implements FleetCommands, Fleets {
    final List<String> calls = new CopyOnWriteArrayList<>();
    boolean up = true;
    Outcome outcome = new Outcome(true, "done", Optional.empty());
    Outcome settles = new Outcome(true, "everything is ready", Optional.empty());

    @Override
    public Optional<FleetCommands> running(Path stateDirectory) {
        return up ? Optional.of(this) : Optional.empty();
    }

    @Override
    public FleetCommands start(Manifest manifest) {
        calls.add("start " + manifest.app().name() + " " + manifest.instances().min());
        up = true;
        return this;
    }

    @Override
    public FleetStatus status() {
        return new FleetStatus(
                "registry",
                42,
                "up",
                "http://127.0.0.1:8080",
                2,
                "r1",
                Optional.empty(),
                List.of(instance("registry-1", "ready", 0), instance("registry-2", "unready", 3)),
                new FleetStatus.GatewayStatusLine("embedded", 44, 8080, "ready", 1024, 2, 0, 0),
                List.of(
                        new FleetStatus.ServiceStatus(
                                "redis", 45, "redis://127.0.0.1:6", "ready")));
    }

    private static FleetStatus.InstanceStatus instance(String id, String state, int restarts) {
        return new FleetStatus.InstanceStatus(
                id,
                restarts == 0 ? 1043 : 0,
                40001,
                "r1",
                state,
                Instant.parse("2026-11-20T21:00:00Z"),
                7,
                restarts,
                restarts == 0 ? Optional.empty() : Optional.of("HTTP 503: {\n  \"db\": 1 }"));
    }

    private Outcome note(String call, Consumer<FleetEvent> story) {
        calls.add(call);
        story.accept(
                new FleetEvent(
                        1,
                        Instant.parse("2026-11-20T21:00:00Z"),
                        "instance.ready",
                        "registry-1",
                        "is ready",
                        Optional.of("a detail")));
        return outcome;
    }

    @Override
    public Outcome scale(int instances, Consumer<FleetEvent> story) {
        return note("scale " + instances, story);
    }

    @Override
    public Outcome deploy(Optional<Path> jar, boolean again, Consumer<FleetEvent> story) {
        String name = jar.map(j -> j.getFileName().toString()).orElse("-");
        return note("deploy " + name + (again ? " again" : ""), story);
    }

    @Override
    public Outcome promote(boolean all, Consumer<FleetEvent> story) {
        return note("promote" + (all ? " all" : ""), story);
    }

    @Override
    public Outcome abort(Consumer<FleetEvent> story) {
        return note("abort", story);
    }

    @Override
    public Outcome rollback(Optional<String> release, Consumer<FleetEvent> story) {
        return note("rollback " + release.orElse("-"), story);
    }

    @Override
    public List<ReleaseStatus> releases() {
        return List.of(
                new ReleaseStatus(
                        "r1",
                        Instant.parse("2026-11-20T21:00:00Z"),
                        Optional.of("/app.jar"),
                        1572864,
                        Optional.of("0123456789abcdef"),
                        "serving"),
                new ReleaseStatus(
                        "r2", Instant.EPOCH, Optional.empty(), 0, Optional.empty(), "served"));
    }

    @Override
    public Outcome restart(Optional<String> instance, Consumer<FleetEvent> story) {
        return note("restart " + instance.orElse("-"), story);
    }

    @Override
    public Outcome drain(String instance, Consumer<FleetEvent> story) {
        return note("drain " + instance, story);
    }

    @Override
    public Outcome upgrade(String classPath, Duration within, Consumer<FleetEvent> story) {
        return note("upgrade " + within, story);
    }

    @Override
    public Outcome down(Consumer<FleetEvent> story) {
        up = false;
        return note("down", story);
    }

    @Override
    public Outcome settled(Duration within, Consumer<FleetEvent> story) {
        note("settled", story);
        return settles;
    }

    @Override
    public void events(long sequence, Consumer<FleetEvent> story) {
        note("events " + sequence, story);
    }
}
