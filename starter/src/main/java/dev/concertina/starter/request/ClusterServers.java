package dev.concertina.starter.request;

import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cluster: one line, with a circuit of its own, to each node that has slots. Who has which is
 * asked of some nodes every now and then, and at once when a node is lost or names another one.
 */
final class ClusterServers implements Servers {
    private static final Logger log = LoggerFactory.getLogger(ClusterServers.class);

    /** Nodes asked at one time; most of them are right. */
    private static final int ASKED = 3;

    /** Not to ask again and again while everything moves. */
    private static final Duration BREATH = Duration.ofMillis(100);

    private final RedisAddress.Cluster address;
    private final RedisSettings settings;
    private final RedisConnections connections;
    private final Map<RedisNode, Line> lines = new ConcurrentHashMap<>();
    private final AtomicReference<Optional<SlotMap>> map = new AtomicReference<>(Optional.empty());
    private final CompletableFuture<Void> known = new CompletableFuture<>();
    private final AtomicBoolean looking = new AtomicBoolean();
    private final AtomicBoolean doubted = new AtomicBoolean();

    ClusterServers(
            RedisAddress.Cluster address, RedisSettings settings, RedisConnections connections) {
        this.address = address;
        this.settings = settings;
        this.connections = connections;
        look();
        everyNowAndThen();
    }

    private void everyNowAndThen() {
        connections.after(
                settings.watch(),
                () -> {
                    look();
                    everyNowAndThen();
                });
    }

    @Override
    public boolean spread() {
        return true;
    }

    @Override
    public int slot(byte[] key) {
        return SlotHash.getSlot(key);
    }

    @Override
    public Optional<Line> of(int slot) {
        return map.get().flatMap(slots -> slots.owner(slot)).map(this::at);
    }

    @Override
    public CompletableFuture<Void> known() {
        return known.copy();
    }

    @Override
    public Line moved(int slot, RedisNode to) {
        map.updateAndGet(slots -> slots.map(s -> s.with(slot, to)));
        doubt();
        return at(to);
    }

    @Override
    public Line at(RedisNode node) {
        var line = lines.get(node);
        return line != null ? line : lines.computeIfAbsent(node, this::open);
    }

    private Line open(RedisNode node) {
        var uri = connections.uri(node, 0, address.entry());
        return new Line(
                "Redis " + node,
                () -> connections.connect(uri),
                connections,
                settings.circuit(),
                this::doubt);
    }

    @Override
    public List<Line> lines() {
        return List.copyOf(lines.values());
    }

    @Override
    public void doubt() {
        if (doubted.compareAndSet(false, true)) {
            connections.after(BREATH, this::look);
        }
    }

    private void look() {
        doubted.set(false);
        if (connections.closed() || !looking.compareAndSet(false, true)) {
            return;
        }
        var views = lines.isEmpty() ? seeds() : nodes();
        var all = CompletableFuture.allOf(views.toArray(CompletableFuture[]::new));
        var unused =
                all.whenComplete((done, failure) -> {
                    try {
                        adopt(
                                views.stream()
                                        .filter(view -> !view.isCompletedExceptionally())
                                        .map(CompletableFuture::join)
                                        .toList());
                    } finally {
                        looking.set(false);
                        known.complete(null);
                    }
                });
    }

    private List<CompletableFuture<SlotMap>> nodes() {
        var asked = new ArrayList<Map.Entry<RedisNode, Line>>();
        for (var entry : lines.entrySet()) {
            if (entry.getValue().answers() && entry.getValue().connected()) {
                asked.add(entry);
            }
        }
        if (asked.isEmpty()) {
            return seeds();
        }
        Collections.shuffle(asked);
        return asked.stream()
                .limit(ASKED)
                .map(entry -> view(entry.getValue().connection(), entry.getKey()))
                .toList();
    }

    private List<CompletableFuture<SlotMap>> seeds() {
        var views = new ArrayList<CompletableFuture<SlotMap>>();
        for (var seed : address.nodes()) {
            var made = connections.connect(connections.uri(seed, 0, address.entry()));
            var view = view(made, seed);
            var unused = view.whenComplete((slots, failure) -> RedisConnections.end(made));
            views.add(view);
        }
        return views;
    }

    private CompletableFuture<SlotMap> view(
            CompletableFuture<StatefulRedisConnection<byte[], byte[]>> connection, RedisNode node) {
        long patience = connections.patience().toMillis();
        return connection
                .thenCompose(made -> made.async().clusterSlots())
                .thenApply(reply -> SlotMap.read(reply, node))
                .thenApply(ClusterServers::useful)
                .orTimeout(patience, TimeUnit.MILLISECONDS);
    }

    private static SlotMap useful(SlotMap slots) {
        if (slots.nodes().isEmpty()) {
            throw new RedisException("the node is in no cluster that has slots");
        }
        return slots;
    }

    private void adopt(List<SlotMap> views) {
        if (views.isEmpty()) {
            if (map.get().isEmpty()) {
                log.warn("No node of the Redis cluster says where its slots are; asking again.");
                connections.after(settings.circuit().retry(), this::look);
            }
            return;
        }
        var slots = SlotMap.most(views);
        boolean first = map.getAndSet(Optional.of(slots)).isEmpty();
        if (first) {
            log.info("The Redis cluster has {} nodes with slots.", slots.nodes().size());
        }
        var nodes = slots.nodes();
        nodes.forEach(this::at);
        for (var node : List.copyOf(lines.keySet())) {
            if (!nodes.contains(node)) {
                Optional.ofNullable(lines.remove(node)).ifPresent(Line::close);
            }
        }
    }

    @Override
    public Optional<Home> home(int slot) {
        return map.get()
                .flatMap(slots -> slots.owner(slot))
                .map(node -> new Home(Optional.of(node)));
    }

    @Override
    public CompletableFuture<StatefulRedisPubSubConnection<byte[], byte[]>> hear(Home home) {
        return connections.hear(connections.uri(home.node().orElseThrow(), 0, address.entry()));
    }

    @Override
    public boolean whole() {
        return map.get().filter(SlotMap::isWhole).isPresent();
    }

    @Override
    public void close() {
        lines.values().forEach(Line::close);
    }
}
