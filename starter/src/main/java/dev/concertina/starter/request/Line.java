package dev.concertina.starter.request;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one connection to a server, and the circuit before it. After some failures in a row nobody
 * asks, until a new connection was greeted; that is tried from the moment of failing, by itself.
 * Safe for use by many threads.
 */
final class Line implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Line.class);

    /** Makes a connection to whatever server is the right one at the moment. */
    interface Connector
            extends Supplier<CompletableFuture<StatefulRedisConnection<byte[], byte[]>>> {}

    private final String name;
    private final Connector connector;
    private final RedisConnections connections;
    private final Circuit circuit;
    private final Runnable troubled;
    private volatile CompletableFuture<Link> link;
    private volatile boolean closed;

    /**
     * @param name for logs and errors
     * @param troubled told whenever the server could not be reached
     */
    Line(
            String name,
            Connector connector,
            RedisConnections connections,
            RedisSettings.Circuit circuit,
            Runnable troubled) {
        this.name = name;
        this.connector = connector;
        this.connections = connections;
        this.circuit = new Circuit(circuit.failures(), circuit.retry(), circuit.retryMax());
        this.troubled = troubled;
        this.link = connect();
        var unused =
                link.whenComplete((made, failure) -> {
                    if (failure == null) {
                        watch(made.connection());
                    } else {
                        lost(failure);
                    }
                });
    }

    private CompletableFuture<Link> connect() {
        return connector.get().thenCompose(made -> Link.of(made, connections.patience()));
    }

    @Override
    public String toString() {
        return name;
    }

    /** Whether it is asked at the moment. */
    boolean answers() {
        return circuit.closed();
    }

    /** The connection, made or under way; it serves everybody, so nobody may cancel it. */
    CompletableFuture<StatefulRedisConnection<byte[], byte[]>> connection() {
        return link.thenApply(Link::connection);
    }

    /** Whether something can be sent without waiting. */
    boolean connected() {
        return link.state() != Future.State.RUNNING;
    }

    /**
     * Sends a script, by its name or in full.
     *
     * @param asking whether the slot is just moving here, so that the server has to be told
     * @throws RedisException if there is no connection
     */
    RedisFuture<List<@Nullable Object>> send(ScriptCall call, boolean inFull, boolean asking) {
        var made = current().filter(there -> there.connection().isOpen());
        if (made.isEmpty()) {
            throw new RedisException("there is no connection");
        }
        var connection = made.get().connection();
        var codec = ByteArrayCodec.INSTANCE;
        var arguments =
                new CommandArgs<>(codec)
                        .add(inFull ? call.script().text() : call.script().sha())
                        .add(call.keys().size())
                        .addKeys(call.keys())
                        .addValues(call.arguments(made.get().server()));
        var command =
                new AsyncCommand<>(
                        new Command<>(
                                inFull ? CommandType.EVAL : CommandType.EVALSHA,
                                new PackedReply(),
                                arguments));
        if (asking) {
            var first =
                    new AsyncCommand<>(
                            new Command<>(
                                    CommandType.ASKING,
                                    new StatusOutput<>(codec),
                                    new CommandArgs<>(codec)));
            var unused = connection.dispatch(List.of(first, command));
        } else {
            var unused = connection.dispatch(command);
        }
        return command;
    }

    void succeeded() {
        circuit.succeeded();
    }

    void failed(Outage outage) {
        if (circuit.failed()) {
            opened(outage);
        }
    }

    /** It is the wrong one by now, so that nothing more may be asked of it. */
    void wrong(Outage outage) {
        if (circuit.trip()) {
            opened(outage);
        }
    }

    private void lost(@Nullable Throwable failure) {
        wrong(new Outage("there is no connection to " + name, failure));
    }

    private void opened(Outage outage) {
        if (!ended()) {
            log.warn(
                    "{} is away ({}); it is not asked until it answers.",
                    name,
                    outage.getMessage());
            troubled.run();
            probe();
        }
    }

    // A new connection is the probe: the old one may be half open, or lead to a server that is not
    // the primary any more.
    private void probe() {
        if (ended() || !circuit.probe()) {
            return;
        }
        var next = connect();
        var unused =
                next.whenComplete((made, failure) -> {
                    if (failure == null) {
                        adopt(next);
                        circuit.probeSucceeded();
                        log.info("{} answers again.", name);
                    } else {
                        connections.after(circuit.probeFailed(), this::probe);
                        troubled.run();
                    }
                });
    }

    /** Makes a new connection while the old one serves: another server is the primary now. */
    void renew(String why) {
        if (ended() || !circuit.closed()) {
            return;
        }
        var next = connect();
        var unused =
                next.whenComplete((made, failure) -> {
                    if (failure == null) {
                        adopt(next);
                        log.info("{}: {}.", name, why);
                    }
                });
    }

    private void adopt(CompletableFuture<Link> next) {
        var previous = link;
        link = next;
        watch(next.resultNow().connection());
        // What was asked there may still be answered.
        connections.after(connections.patience(), () -> end(previous));
        if (ended()) {
            end(next);
        }
    }

    private void watch(StatefulRedisConnection<byte[], byte[]> made) {
        made.addListener(
                new RedisConnectionStateListener() {
                    @Override
                    public void onRedisDisconnected(RedisChannelHandler<?, ?> gone) {
                        if (current().map(Link::connection).filter(made::equals).isPresent()) {
                            lost(null);
                        }
                    }
                });
    }

    private static void end(CompletableFuture<Link> link) {
        RedisConnections.end(link.thenApply(Link::connection));
    }

    private Optional<Link> current() {
        var made = link;
        return made.state() == Future.State.SUCCESS
                ? Optional.of(made.resultNow())
                : Optional.empty();
    }

    private boolean ended() {
        return closed || connections.closed();
    }

    /** Nobody asks it any more; what is under way may still be answered. */
    @Override
    public void close() {
        closed = true;
        connections.after(Duration.ofSeconds(1), () -> end(link));
    }
}
