package dev.concertina.starter.request;

import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.sentinel.api.StatefulRedisSentinelConnection;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Connects to the primary most Sentinels name, if it says itself that it is one. Asked every now
 * and then again, because a primary that was replaced may go on answering.
 */
final class Sentinels implements Line.Connector {
    private final RedisAddress.Sentinel address;
    private final RedisSettings settings;
    private final RedisConnections connections;
    private final Map<RedisNode, CompletableFuture<StatefulRedisSentinelConnection<String, String>>>
            open = new ConcurrentHashMap<>();
    private volatile Optional<RedisNode> connected = Optional.empty();

    Sentinels(RedisAddress.Sentinel address, RedisSettings settings, RedisConnections connections) {
        this.address = address;
        this.settings = settings;
        this.connections = connections;
    }

    @Override
    public CompletableFuture<StatefulRedisConnection<byte[], byte[]>> get() {
        return primary().thenCompose(this::connect);
    }

    /** Has the line made anew whenever the Sentinels name another primary. */
    void watch(Line line) {
        connections.after(
                settings.watch(),
                () -> {
                    var unused =
                            primary()
                                    .whenComplete((node, failure) -> {
                                        if (failure == null
                                                && connected.filter(node::equals).isEmpty()
                                                && connected.isPresent()) {
                                            line.renew(
                                                    "the Sentinels name "
                                                            + node
                                                            + " the primary now");
                                        }
                                        watch(line);
                                    });
                });
    }

    /** A connection for listening at the primary most of them name. */
    CompletableFuture<StatefulRedisPubSubConnection<byte[], byte[]>> hear() {
        return primary()
                .thenCompose(node ->
                        connections.hear(
                                connections.uri(node, address.database(), address.entry())));
    }

    private CompletableFuture<StatefulRedisConnection<byte[], byte[]>> connect(RedisNode node) {
        var uri = connections.uri(node, address.database(), address.entry());
        return connections
                .connect(uri)
                .thenCompose(made ->
                        made.async()
                                .role()
                                .toCompletableFuture()
                                .orTimeout(connections.patience().toMillis(), TimeUnit.MILLISECONDS)
                                .handle((role, failure) -> {
                                    if (failure == null && isPrimary(role)) {
                                        connected = Optional.of(node);
                                        return made;
                                    }
                                    var unused = made.closeAsync();
                                    throw new RedisException(
                                            node + " does not say that it is the primary");
                                }));
    }

    private static boolean isPrimary(List<Object> role) {
        return !role.isEmpty()
                && role.getFirst() instanceof byte[] name
                && new String(name, StandardCharsets.US_ASCII).equals("master");
    }

    private CompletableFuture<RedisNode> primary() {
        var asked = address.sentinels().stream().map(this::ask).toList();
        return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                .handle((done, failure) -> {
                    var votes = new HashMap<RedisNode, Integer>();
                    asked.stream()
                            .filter(vote -> !vote.isCompletedExceptionally())
                            .forEach(vote -> votes.merge(vote.join(), 1, Integer::sum));
                    return votes.entrySet().stream()
                            .max(Map.Entry.comparingByValue())
                            .map(Map.Entry::getKey)
                            .orElseThrow(() ->
                                    new RedisException(
                                            "none of the Sentinels "
                                                    + address.sentinels()
                                                    + " names a primary '"
                                                    + address.primary()
                                                    + "'"));
                });
    }

    private CompletableFuture<RedisNode> ask(RedisNode sentinel) {
        var made = connection(sentinel);
        var vote =
                made.copy()
                        .thenCompose(c -> c.async().getMasterAddrByName(address.primary()))
                        .thenApply(Sentinels::node)
                        .orTimeout(connections.patience().toMillis(), TimeUnit.MILLISECONDS);
        var unused =
                vote.whenComplete((node, failure) -> {
                    if (failure != null && open.remove(sentinel, made)) {
                        RedisConnections.end(made);
                    }
                });
        return vote;
    }

    private CompletableFuture<StatefulRedisSentinelConnection<String, String>> connection(
            RedisNode sentinel) {
        open.computeIfPresent(sentinel, (node, made) -> stillOpen(made) ? made : connectTo(node));
        return open.computeIfAbsent(sentinel, this::connectTo);
    }

    private static boolean stillOpen(
            CompletableFuture<StatefulRedisSentinelConnection<String, String>> made) {
        return !made.isCompletedExceptionally() && (!made.isDone() || made.join().isOpen());
    }

    private CompletableFuture<StatefulRedisSentinelConnection<String, String>> connectTo(
            RedisNode sentinel) {
        var entry =
                new RedisAddress.Entry(
                        settings.sentinel().username(),
                        settings.sentinel().password(),
                        address.entry().tls());
        return connections.connectSentinel(connections.uri(sentinel, 0, entry));
    }

    private static RedisNode node(Object answer) {
        if (answer instanceof InetSocketAddress socket) {
            return new RedisNode(socket.getHostString(), socket.getPort());
        }
        throw new RedisException("this Sentinel does not know the primary");
    }
}
