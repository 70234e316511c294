package dev.concertina.starter.request;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SocketOptions.KeepAliveOptions;
import io.lettuce.core.SocketOptions.TcpUserTimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.EpollProvider;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The one connection to Redis. No call waits longer than the timeout; while there is no connection,
 * calls fail at once and the connection comes back by itself. Safe for use by many threads.
 */
public final class Redis implements AutoCloseable {
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private record Attempt(
            long startedNanos, CompletableFuture<StatefulRedisConnection<byte[], byte[]>> result) {}

    private final RedisURI uri;
    private final Duration timeout;
    private final String namespace;
    private final ClientResources resources;
    private final RedisClient client;
    private final AtomicReference<Attempt> attempt;

    Redis(RedisURI uri, RedisSettings settings, String namespace) {
        this.uri = uri;
        // Lettuce bounds the greeting on a new connection by this; its own default is a minute.
        uri.setTimeout(settings.connectTimeout());
        this.timeout = settings.timeout();
        this.namespace = namespace;
        this.resources =
                ClientResources.builder()
                        .reconnectDelay(
                                Delay.equalJitter(
                                        Duration.ofMillis(20),
                                        Duration.ofSeconds(1),
                                        2,
                                        TimeUnit.MILLISECONDS))
                        .build();
        this.client = RedisClient.create(resources);
        client.setOptions(options(settings));
        this.attempt = new AtomicReference<>(connect());
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
        return ClientOptions.builder()
                .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(settings.queue())
                .socketOptions(socket.build())
                .build();
    }

    /** First part of every key. */
    public String namespace() {
        return namespace;
    }

    /**
     * Runs a script, one command on the wire once the server knows it.
     *
     * @throws Outage if there is no answer within the timeout
     */
    public List<@Nullable Object> call(Script script, List<byte[]> keys, List<byte[]> arguments) {
        var keyArray = keys.toArray(byte[][]::new);
        var argumentArray = arguments.toArray(byte[][]::new);
        try {
            return await(
                    commands()
                            .evalsha(
                                    script.sha(), ScriptOutputType.MULTI, keyArray, argumentArray));
        } catch (RedisNoScriptException e) {
            return await(
                    commands()
                            .eval(script.text(), ScriptOutputType.MULTI, keyArray, argumentArray));
        }
    }

    /**
     * @throws Outage if there is no answer within the timeout
     */
    public void ping() {
        var unused = this.<String>await(commands().ping());
    }

    private <T> T await(Future<T> reply) {
        try {
            return reply.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            reply.cancel(false);
            throw new Outage("Redis did not answer within " + timeout.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Outage("interrupted while waiting for Redis", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RedisNoScriptException unknown) {
                throw unknown;
            }
            throw new Outage("Redis refused the call: " + message(e), e.getCause());
        }
    }

    private static String message(ExecutionException e) {
        var cause = e.getCause();
        return cause == null ? "no reason given" : String.valueOf(cause.getMessage());
    }

    private RedisAsyncCommands<byte[], byte[]> commands() {
        var connection = await(current().result());
        if (!connection.isOpen()) {
            throw new Outage("there is no connection to Redis", null);
        }
        return connection.async();
    }

    // Lettuce keeps an established connection alive by itself; only the first needs our retry.
    private Attempt current() {
        var last = attempt.get();
        if (last.result().isCompletedExceptionally()
                && System.nanoTime() - last.startedNanos() > RETRY_NANOS) {
            var next = connect();
            if (attempt.compareAndSet(last, next)) {
                return next;
            }
            var unused = next.result().thenAccept(StatefulRedisConnection::close);
        }
        return attempt.get();
    }

    private Attempt connect() {
        var started = System.nanoTime();
        try {
            return new Attempt(
                    started,
                    client.connectAsync(ByteArrayCodec.INSTANCE, uri).toCompletableFuture());
        } catch (RedisException e) {
            return new Attempt(started, CompletableFuture.failedFuture(e));
        }
    }

    @Override
    public void close() {
        client.shutdown(0, 2, TimeUnit.SECONDS);
        var unused = resources.shutdown(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(2000);
    }
}
