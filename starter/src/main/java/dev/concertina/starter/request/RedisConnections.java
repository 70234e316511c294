package dev.concertina.starter.request;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SocketOptions.KeepAliveOptions;
import io.lettuce.core.SocketOptions.TcpUserTimeoutOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.EpollProvider;
import io.lettuce.core.sentinel.api.StatefulRedisSentinelConnection;
import java.io.File;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens connections, all with the same bounds, and ends them all. */
final class RedisConnections implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RedisConnections.class);

    private final RedisSettings settings;
    private final ClientResources resources;
    private final RedisClient client;
    private volatile boolean closed;

    RedisConnections(RedisSettings settings) {
        this.settings = settings;
        this.resources = ClientResources.create();
        this.client = RedisClient.create(resources);
        client.setOptions(options(settings));
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
                .sslOptions(ssl(settings))
                // Whoever calls has a deadline; Lettuce would use the one for greetings.
                .timeoutOptions(TimeoutOptions.builder().timeoutCommands(false).build())
                .build();
    }

    private static SslOptions ssl(RedisSettings settings) {
        var tls = settings.tls();
        var ssl = SslOptions.builder().handshakeTimeout(settings.connectTimeout());
        tls.ca().ifPresent(ca -> ssl.trustManager(new File(ca)));
        tls.certificate()
                .ifPresent(own ->
                        ssl.keyManager(
                                new File(own), new File(tls.key().orElseThrow()), new char[0]));
        return ssl.build();
    }

    /** Where a server is and how to enter it. */
    RedisURI uri(RedisNode node, int database, RedisAddress.Entry entry) {
        var uri =
                RedisURI.builder()
                        .withHost(node.host())
                        .withPort(node.port())
                        .withDatabase(database)
                        .withSsl(entry.tls());
        entry.password()
                .ifPresent(password ->
                        entry.user()
                                .ifPresentOrElse(
                                        user -> uri.withAuthentication(user, password),
                                        () -> uri.withPassword(password.toCharArray())));
        return uri.build();
    }

    CompletableFuture<StatefulRedisConnection<byte[], byte[]>> connect(RedisURI uri) {
        bound(uri);
        try {
            return client.connectAsync(ByteArrayCodec.INSTANCE, uri).toCompletableFuture();
        } catch (RedisException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** A connection for listening only. */
    CompletableFuture<StatefulRedisPubSubConnection<byte[], byte[]>> hear(RedisURI uri) {
        bound(uri);
        try {
            return client.connectPubSubAsync(ByteArrayCodec.INSTANCE, uri).toCompletableFuture();
        } catch (RedisException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    CompletableFuture<StatefulRedisSentinelConnection<String, String>> connectSentinel(
            RedisURI uri) {
        bound(uri);
        try {
            return client.connectSentinelAsync(StringCodec.UTF8, uri);
        } catch (RedisException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void bound(RedisURI uri) {
        // Lettuce bounds the greeting on a new connection by this; its own default is a minute.
        uri.setTimeout(settings.connectTimeout());
        if (uri.isSsl() && uri.isVerifyPeer()) {
            uri.setVerifyPeer(settings.tls().hostname() ? SslVerifyMode.FULL : SslVerifyMode.CA);
        }
    }

    /** Ends it, also when it is still being made. */
    static void end(CompletableFuture<? extends StatefulConnection<?, ?>> connection) {
        var unused =
                connection.thenAccept(made -> {
                    var unusedEnd = made.closeAsync();
                });
    }

    /** How long a connection, or an answer about where the primary is, may take. */
    Duration patience() {
        return settings.connectTimeout();
    }

    boolean closed() {
        return closed;
    }

    /** Not later than the end of all connections. */
    void after(Duration wait, Runnable task) {
        if (closed) {
            return;
        }
        try {
            var unused =
                    resources
                            .eventExecutorGroup()
                            .schedule(task, wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            log.debug("nothing more is due: the application ends");
        }
    }

    @Override
    public void close() {
        closed = true;
        client.shutdown(0, 2, TimeUnit.SECONDS);
        var unused = resources.shutdown(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(2000);
    }
}
