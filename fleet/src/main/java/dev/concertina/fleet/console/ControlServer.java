package dev.concertina.fleet.console;

import dev.concertina.fleet.wire.SocketPath;
import dev.concertina.fleet.wire.UnixHttpServer;
import dev.concertina.fleet.wire.UnixHttpServer.Request;
import dev.concertina.fleet.wire.UnixHttpServer.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The control socket: offers a fleet's commands to other processes of the same user. Commands that
 * take time answer with one JSON line for each event and end with the outcome; a caller that goes
 * away does not interrupt them.
 *
 * <ul>
 *   <li>{@code GET /status}: {@link FleetStatus}
 *   <li>{@code GET /events?from=N}: {@link FleetEvent}s until the caller goes or the fleet ends
 *   <li>{@code GET /releases}: a list of {@link ReleaseStatus}
 *   <li>{@code POST /scale?instances=N}, {@code /deploy?jar=PATH&again=true}, {@code
 *       /promote?all=true}, {@code /abort}, {@code /rollback?release=NAME}, {@code
 *       /restart?instance=ID}, {@code /drain?instance=ID}, {@code /down}, {@code
 *       /settled?within=PT2M}
 * </ul>
 */
public final class ControlServer implements AutoCloseable {
    private static final Duration LAST_LINES = Duration.ofSeconds(2);

    private final FleetCommands commands;
    private final UnixHttpServer server;
    private final Set<Thread> listeners = ConcurrentHashMap.newKeySet();
    private final Phaser running = new Phaser(1);

    private ControlServer(Path socket, FleetCommands commands) throws IOException {
        this.commands = commands;
        this.server = UnixHttpServer.open(socket, this::handle);
    }

    /**
     * Listens in the state directory until closed.
     *
     * @throws IOException if another fleet process serves this directory already
     */
    public static ControlServer open(Path stateDirectory, FleetCommands commands)
            throws IOException {
        return new ControlServer(SocketPath.of(stateDirectory, "fleet"), commands);
    }

    private void handle(Request request, Response response) {
        switch (request.method() + " " + request.path()) {
            case "GET /status" -> response.json(200, commands.status());
            case "GET /events" -> events(request, response);
            case "POST /scale" -> {
                int instances = Integer.parseInt(required(request, "instances"));
                run(response, story -> commands.scale(instances, story));
            }
            case "POST /deploy" -> {
                var jar = request.parameter("jar").map(Path::of);
                boolean again = flag(request, "again");
                run(response, story -> commands.deploy(jar, again, story));
            }
            case "POST /promote" -> {
                boolean all = flag(request, "all");
                run(response, story -> commands.promote(all, story));
            }
            case "POST /abort" -> run(response, commands::abort);
            case "POST /rollback" ->
                    run(response, story -> commands.rollback(request.parameter("release"), story));
            case "GET /releases" -> response.json(200, commands.releases());
            case "POST /restart" ->
                    run(response, story -> commands.restart(request.parameter("instance"), story));
            case "POST /drain" -> {
                var instance = required(request, "instance");
                run(response, story -> commands.drain(instance, story));
            }
            case "POST /upgrade" -> {
                var classPath = required(request, "classPath");
                var within = Duration.parse(required(request, "within"));
                run(response, story -> commands.upgrade(classPath, within, story));
            }
            case "POST /down" -> run(response, commands::down);
            case "POST /settled" -> {
                var within = Duration.parse(required(request, "within"));
                run(response, story -> commands.settled(within, story));
            }
            default ->
                    response.json(
                            404,
                            Map.of("error", "unknown: " + request.method() + " " + request.path()));
        }
    }

    private static boolean flag(Request request, String name) {
        return request.parameter(name).filter("true"::equals).isPresent();
    }

    private static String required(Request request, String name) {
        return request.parameter(name)
                .orElseThrow(
                        () -> new IllegalArgumentException("parameter " + name + " is missing"));
    }

    private void run(
            Response response, Function<Consumer<FleetEvent>, FleetCommands.Outcome> command) {
        running.register();
        try {
            var caller = new Caller(response);
            var outcome = command.apply(event -> caller.tell(ControlLine.of(event)));
            caller.tell(ControlLine.of(outcome));
        } finally {
            running.arriveAndDeregister();
        }
    }

    private void events(Request request, Response response) {
        long from = Long.parseLong(request.parameter("from").orElse("0"));
        listeners.add(Thread.currentThread());
        try {
            commands.events(from, event -> response.line(ControlLine.of(event)));
        } finally {
            listeners.remove(Thread.currentThread());
        }
    }

    /** Who asked; once gone, nothing is told any more. */
    private static final class Caller {
        private final Response response;
        private boolean gone;

        Caller(Response response) {
            this.response = response;
        }

        synchronized void tell(ControlLine line) {
            if (gone) {
                return;
            }
            try {
                response.line(line);
            } catch (UncheckedIOException e) {
                gone = true;
            }
        }
    }

    /** Stops listening; commands that are ending may still tell their outcome. */
    @Override
    public void close() {
        listeners.forEach(Thread::interrupt);
        try {
            running.awaitAdvanceInterruptibly(
                    running.arrive(), LAST_LINES.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException e) {
            // A command that never ends must not keep the process.
        }
        server.close();
    }
}
