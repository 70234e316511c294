package dev.concertina.starter.request;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisBusyException;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisLoadingException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.RedisReadOnlyException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SocketOptions.KeepAliveOptions;
import io.lettuce.core.SocketOptions.TcpUserTimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.EpollProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one connection to Redis. No call waits longer than the timeout, whatever it has to wait for;
 * after some failures in a row calls fail at once, until a new connection was greeted. That is
 * tried from the moment of failing, by itself. Safe for use by many threads.
 */
public final class Redis implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Redis.class);

    private final RedisURI uri;
    private final Duration timeout;
    private final String namespace;
    private final ClientResources resources;
    private final RedisClient client;
    private final Circuit circuit;
    private final LongAdder failures = new LongAdder();
    private volatile CompletableFuture<StatefulRedisConnection<byte[], byte[]>> connection;
    private volatile @Nullable Object current;
    private volatile boolean closed;

    Redis(RedisURI uri, RedisSettings settings, String namespace) {
        this.uri = uri;
        // Lettuce bounds the greeting on a new connection by this; its own default is a minute.
        uri.setTimeout(settings.connectTimeout());
        this.timeout = settings.timeout();
        this.namespace = namespace;
        this.circuit =
                new Circuit(
                        settings.circuit().failures(),
                        settings.circuit().retry(),
                        settings.circuit().retryMax());
        this.resources = ClientResources.create();
        this.client = RedisClient.create(resources);
        client.setOptions(options(settings));
        client.addListener(
                new RedisConnectionStateListener() {
                    @Override
                    public void onRedisDisconnected(RedisChannelHandler<?, ?> gone) {
                        if (gone.equals(current)) {
                            lost(null);
                        }
                    }
                });
        this.connection = connect();
        var unused =
                connection.whenComplete((made, failure) -> {
                    current = made;
                    if (failure != null) {
                        lost(failure);
                    }
                });
    }

    private static ClientOptions options(RedisSettings settings) {
        var socket =
                SocketOptions.builder()
                        .connectTimeout(settings.connectTimeout())
                        .keepAlive(
                                KeepAliveOptions.builder()
                                        .enable()
                                        .idle(Duration.ofSeconds(5))
                                        .interval(Duration.ofSeconds(2))
                                        .count(3)
                                        .build());
        if (EpollProvider.isAvailable()) {
            // Only a native transport can bound how long sent bytes stay unacknowledged.
            socket.tcpUserTimeout(
                    TcpUserTimeoutOptions.builder()
                            .enable()
                            .tcpUserTimeout(Duration.ofSeconds(5))
                            .build());
        }
        // Lettuce would send again what had no answer yet; and it cannot see a half open
        // connection.
        return ClientOptions.builder()
                .autoReconnect(false)
                .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(settings.queue())
                .socketOptions(socket.build())
                .build();
    }

    /** First part of every key. */
    public String namespace() {
        return namespace;
    }

    /** Whether it is asked at the moment. */
    public boolean answers() {
        return circuit.closed();
    }

    /** Calls that failed since the start. */
    long failures() {
        return failures.sum();
    }

    /**
     * Runs a script, one command on the wire once the server knows it.
     *
     * @throws Outage if there is no answer within the timeout
     */
    public List<@Nullable Object> call(Script script, List<byte[]> keys, List<byte[]> arguments) {
        return call(List.of(new ScriptCall(script, keys, arguments))).getFirst();
    }

    /**
     * Runs scripts that do not wait for each other, in this order if one server has them all: one
     * command on the wire each, one round trip for all.
     *
     * @return the reply of each; if one is refused the others may have run
     * @throws Outage if not all are answered within the timeout
     */
    public List<List<@Nullable Object>> call(List<ScriptCall> calls) {
        if (calls.isEmpty()) {
            return List.of();
        }
        return within(deadline -> {
            var commands = commands(deadline);
            var sent = new ArrayList<Future<List<@Nullable Object>>>(calls.size());
            for (var call : calls) {
                sent.add(
                        commands.evalsha(
                                call.script().sha(),
                                ScriptOutputType.MULTI,
                                call.keyArray(),
                                call.argumentArray()));
            }
            var replies = new ArrayList<List<@Nullable Object>>(calls.size());
            for (int i = 0; i < calls.size(); i++) {
                replies.add(reply(commands, calls.get(i), sent.get(i), deadline));
            }
            return replies;
        });
    }

    private static List<@Nullable Object> reply(
            RedisAsyncCommands<byte[], byte[]> commands,
            ScriptCall call,
            Future<List<@Nullable Object>> sent,
            long deadline)
            throws TimeoutException, InterruptedException, ExecutionException {
        try {
            return await(sent, deadline);
        } catch (RedisNoScriptException e) {
            return await(
                    commands.eval(
                            call.script().text(),
                            ScriptOutputType.MULTI,
                            call.keyArray(),
                            call.argumentArray()),
                    deadline);
        }
    }

    /** Puts keys together that one script may name: on a single server all of them. */
    public List<List<byte[]>> together(List<byte[]> keys) {
        return List.of(keys);
    }

    /**
     * @throws Outage if there is no answer within the timeout
     */
    public void ping() {
        var unused = this.<String>within(deadline -> await(commands(deadline).ping(), deadline));
    }

    private interface Call<T> {
        T until(long deadline) throws TimeoutException, InterruptedException, ExecutionException;
    }

    private <T> T within(Call<T> call) {
        if (!circuit.closed()) {
            throw new Outage("Redis is not asked until it answers a probe", null);
        }
        try {
            var reply = call.until(System.nanoTime() + timeout.toNanos());
            circuit.succeeded();
            return reply;
        } catch (TimeoutException e) {
            throw failed(
                    new Outage("no answer from Redis within " + timeout.toMillis() + " ms", e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Outage("interrupted while waiting for Redis", e, false);
        } catch (ExecutionException | RedisException e) {
            var cause = e.getCause() == null ? e : e.getCause();
            boolean away = !refusesOnlyThis(cause);
            var outage = new Outage("Redis refused the call: " + cause.getMessage(), cause, away);
            // A script that is refused for what it asks says nothing about the server.
            throw away ? failed(outage) : outage;
        }
    }

    private static boolean refusesOnlyThis(Throwable cause) {
        return cause instanceof RedisCommandExecutionException
                && !(cause instanceof RedisLoadingException)
                && !(cause instanceof RedisReadOnlyException)
                && !(cause instanceof RedisBusyException)
                && !String.valueOf(cause.getMessage()).matches("(MASTERDOWN|CLUSTERDOWN|OOM).*");
    }

    private Outage failed(Outage outage) {
        failures.increment();
        if (circuit.failed()) {
            opened(outage);
        }
        return outage;
    }

    private static <T> T await(Future<T> reply, long deadline)
            throws TimeoutException, InterruptedException, ExecutionException {
        try {
            return reply.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            reply.cancel(false);
            throw e;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RedisNoScriptException unknown) {
                throw unknown;
            }
            throw e;
        }
    }

    private RedisAsyncCommands<byte[], byte[]> commands(long deadline)
            throws TimeoutException, InterruptedException, ExecutionException {
        var made = connection;
        // It serves everybody, so one caller's patience must not cancel it.
        var open =
                made.state() == Future.State.SUCCESS
                        ? made.resultNow()
                        : await(made.copy(), deadline);
        if (!open.isOpen()) {
            throw new RedisException("there is no connection");
        }
        return open.async();
    }

    private CompletableFuture<StatefulRedisConnection<byte[], byte[]>> connect() {
        try {
            return client.connectAsync(ByteArrayCodec.INSTANCE, uri).toCompletableFuture();
        } catch (RedisException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void lost(@Nullable Throwable failure) {
        if (circuit.trip()) {
            opened(new Outage("there is no connection to Redis", failure));
        }
    }

    private void opened(Outage outage) {
        if (!closed) {
            log.warn("Redis is away ({}); it is not asked until it answers.", outage.getMessage());
            probe();
        }
    }

    // A new connection is the probe: the old one may be half open, or lead to a server that is not
    // the master any more.
    private void probe() {
        if (closed || !circuit.probe()) {
            return;
        }
        var next = connect();
        var unused =
                next.whenComplete((made, failure) -> {
                    if (failure == null) {
                        adopt(next);
                    } else {
                        again(circuit.probeFailed());
                    }
                });
    }

    private void adopt(CompletableFuture<StatefulRedisConnection<byte[], byte[]>> next) {
        var previous = connection;
        connection = next;
        current = next.resultNow();
        circuit.probeSucceeded();
        log.info("Redis answers again.");
        var unused = previous.thenAccept(Redis::end);
        if (closed) {
            unused = next.thenAccept(Redis::end);
        }
    }

    private static void end(StatefulRedisConnection<byte[], byte[]> connection) {
        var unused = connection.closeAsync();
    }

    private void again(Duration wait) {
        try {
            var unused =
                    resources
                            .eventExecutorGroup()
                            .schedule(this::probe, wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            log.debug("no more probes: the application ends");
        }
    }

    @Override
    public void close() {
        closed = true;
        client.shutdown(0, 2, TimeUnit.SECONDS);
        var unused = resources.shutdown(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(2000);
    }
}
