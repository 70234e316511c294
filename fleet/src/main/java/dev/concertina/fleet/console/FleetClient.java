package dev.concertina.fleet.console;

import dev.concertina.fleet.wire.Json;
import dev.concertina.fleet.wire.SocketPath;
import dev.concertina.fleet.wire.UnixHttp;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.URLEncoder;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** A running fleet, seen from another process through its control socket. */
public final class FleetClient implements FleetCommands, AutoCloseable {
    private static final Duration ANSWER = Duration.ofSeconds(10);

    private final UnixHttp http;

    private FleetClient(Path socket) {
        this.http = new UnixHttp(socket);
    }

    /** The fleet process did not carry a call to its end; the message says what that means. */
    public static final class LostException extends RuntimeException {
        private static final long serialVersionUID = 1;

        LostException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * The fleet that keeps its state there, if its process runs. A socket that a killed process
     * left behind counts as none.
     *
     * @throws IOException if the socket may not be used
     */
    public static Optional<FleetClient> connect(Path stateDirectory) throws IOException {
        if (!Files.isDirectory(stateDirectory)) {
            return Optional.empty();
        }
        var socket = SocketPath.of(stateDirectory, "fleet");
        if (!Files.exists(socket)) {
            return Optional.empty();
        }
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            return Optional.of(new FleetClient(socket));
        } catch (ConnectException e) {
            return Optional.empty();
        }
    }

    @Override
    public FleetStatus status() {
        return get("/status", FleetStatus.class);
    }

    private <T> T get(String target, Class<T> type) {
        try {
            var reply = http.call("GET", target, null, ANSWER);
            if (!reply.ok()) {
                throw lost(new IOException("it answered " + reply.status() + ": " + reply.body()));
            }
            return reply.as(type);
        } catch (IOException e) {
            throw lost(e);
        }
    }

    @Override
    public Outcome scale(int instances, Consumer<FleetEvent> story) {
        return run("/scale?instances=" + instances, story);
    }

    @Override
    public Outcome deploy(Optional<Path> jar, boolean again, Consumer<FleetEvent> story) {
        return run(
                "/deploy?again="
                        + again
                        + jar.map(j -> "&jar=" + encoded(j.toAbsolutePath())).orElse(""),
                story);
    }

    @Override
    public Outcome promote(boolean all, Consumer<FleetEvent> story) {
        return run("/promote?all=" + all, story);
    }

    @Override
    public Outcome abort(Consumer<FleetEvent> story) {
        return run("/abort", story);
    }

    @Override
    public Outcome rollback(Optional<String> release, Consumer<FleetEvent> story) {
        return run("/rollback" + release.map(r -> "?release=" + encoded(r)).orElse(""), story);
    }

    @Override
    public List<ReleaseStatus> releases() {
        return List.of(get("/releases", ReleaseStatus[].class));
    }

    @Override
    public Outcome restart(Optional<String> instance, Consumer<FleetEvent> story) {
        return run("/restart" + instance.map(i -> "?instance=" + encoded(i)).orElse(""), story);
    }

    @Override
    public Outcome drain(String instance, Consumer<FleetEvent> story) {
        return run("/drain?instance=" + encoded(instance), story);
    }

    @Override
    public Outcome upgrade(String classPath, Duration within, Consumer<FleetEvent> story) {
        return run("/upgrade?classPath=" + encoded(classPath) + "&within=" + within, story);
    }

    @Override
    public Outcome down(Consumer<FleetEvent> story) {
        return run("/down", story);
    }

    @Override
    public Outcome settled(Duration within, Consumer<FleetEvent> story) {
        return run("/settled?within=" + within, story);
    }

    @Override
    public void events(long sequence, Consumer<FleetEvent> story) {
        try {
            http.stream(
                    "GET",
                    "/events?from=" + sequence,
                    null,
                    line -> Json.read(line, ControlLine.class).event().ifPresent(story));
        } catch (IOException e) {
            if (!Thread.currentThread().isInterrupted()) {
                throw lost(e);
            }
        }
    }

    private Outcome run(String target, Consumer<FleetEvent> story) {
        var outcome = new AtomicReference<Optional<Outcome>>(Optional.empty());
        var error = new StringBuilder();
        try {
            int status =
                    http.stream(
                            "POST",
                            target,
                            null,
                            line -> {
                                var read = Json.read(line, ControlLine.class);
                                read.event().ifPresent(story);
                                read.outcome().ifPresent(o -> outcome.set(Optional.of(o)));
                                if (read.event().isEmpty() && read.outcome().isEmpty()) {
                                    error.append(line);
                                }
                            });
            if (status != 200) {
                return new Outcome(false, "The fleet process refused: " + error, Optional.empty());
            }
        } catch (IOException e) {
            throw lost(e);
        }
        return outcome.get()
                .orElseThrow(
                        () -> lost(new IOException("the connection ended before the outcome")));
    }

    private static String encoded(Object value) {
        return URLEncoder.encode(value.toString(), StandardCharsets.UTF_8);
    }

    private static LostException lost(IOException e) {
        var text =
                Thread.currentThread().isInterrupted()
                        ? "Interrupted. The fleet goes on with it: 'concertina events' shows how."
                        : "The fleet process ended or does not answer ("
                                + e.getMessage()
                                + "). Gateway and instances go on without it; 'concertina up -d'"
                                + " starts it again and adopts them.";
        return new LostException(text, e);
    }

    /** Nothing is held between calls. */
    @Override
    public void close() {}
}
