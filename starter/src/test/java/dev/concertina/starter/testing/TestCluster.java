package dev.concertina.starter.testing;

import io.lettuce.core.MigrateArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A Redis Cluster of a few processes on this machine. The primaries come first, then replicas. */
public final class TestCluster implements AutoCloseable {
    private final List<RedisProcess> nodes = new ArrayList<>();
    private final RedisClient client = RedisClient.create();
    private final List<StatefulRedisConnection<String, String>> connections = new ArrayList<>();
    private final int primaries;

    /**
     * @param replicas one for each of the first primaries
     */
    public TestCluster(int primaries, int replicas, String... settings) throws Exception {
        this.primaries = primaries;
        var all = new ArrayList<>(List.of(settings));
        all.addAll(
                List.of(
                        "save \"\"",
                        "repl-diskless-sync-delay 0",
                        "cluster-enabled yes",
                        "cluster-node-timeout 1500",
                        "cluster-require-full-coverage no"));
        for (int i = 0; i < primaries + replicas; i++) {
            nodes.add(new RedisProcess(freePort(), all.toArray(String[]::new)));
        }
        for (var node : nodes) {
            node.ready();
            connections.add(client.connect(RedisURI.create("127.0.0.1", node.port())));
        }
        join(replicas);
    }

    private static final class Shared {
        private static final TestCluster CLUSTER = start();

        private static TestCluster start() {
            try {
                return new TestCluster(3, 0);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Three servers for all tests of this JVM that leave them as they were. */
    public static TestCluster shared() {
        return Shared.CLUSTER;
    }

    // A node also listens on the port that is 10000 higher.
    private static int freePort() throws IOException {
        while (true) {
            int port = TestRedis.freePort();
            if (port > 55_000) {
                port -= 30_000;
            }
            try (var one = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
                    var bus =
                            new ServerSocket(port + 10_000, 1, InetAddress.getLoopbackAddress())) {
                return Math.min(one.getLocalPort(), bus.getLocalPort());
            } catch (IOException e) {
                // Taken; another one then.
            }
        }
    }

    private void join(int replicas) {
        for (int i = 0; i < nodes.size(); i++) {
            var unused = node(i).clusterSetConfigEpoch(i + 1);
        }
        for (var other : nodes) {
            var unused = node(0).clusterMeet("127.0.0.1", other.port());
        }
        for (int i = 0; i < primaries; i++) {
            int from = SlotHash.SLOT_COUNT * i / primaries;
            int to = SlotHash.SLOT_COUNT * (i + 1) / primaries;
            var unused = node(i).clusterAddSlots(IntStream.range(from, to).toArray());
        }
        await(() -> all(i -> lines(i).size() == nodes.size()));
        for (int i = 0; i < replicas; i++) {
            int replica = primaries + i;
            var unused = node(replica).clusterReplicate(id(i));
        }
        await(() -> all(i -> node(i).clusterInfo().contains("cluster_state:ok")));
        await(() ->
                IntStream.range(primaries, nodes.size())
                        .allMatch(i -> node(i).info("replication").contains("link_status:up")));
    }

    private boolean all(IntPredicate holds) {
        return IntStream.range(0, nodes.size()).allMatch(holds);
    }

    private List<String> lines(int i) {
        return node(i).clusterNodes().lines().filter(line -> !line.contains("handshake")).toList();
    }

    public static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("it has not come true within 30 s");
            }
            Thread.onSpinWait();
        }
    }

    /** The address of all nodes. */
    public String url() {
        return "redis-cluster://"
                + nodes.stream()
                        .map(node -> "127.0.0.1:" + node.port())
                        .collect(Collectors.joining(","));
    }

    public RedisProcess process(int i) {
        return nodes.get(i);
    }

    /** Starts a node again that was killed. */
    public void restart(int i) throws IOException {
        nodes.get(i).restart();
        nodes.get(i).ready();
        connections.set(i, client.connect(RedisURI.create("127.0.0.1", nodes.get(i).port())));
    }

    public RedisCommands<String, String> node(int i) {
        return connections.get(i).sync();
    }

    private String id(int i) {
        return node(i).clusterMyId();
    }

    /** Which of them says that it has the slot. */
    public int owner(int slot) {
        return IntStream.range(0, nodes.size()).filter(i -> has(i, slot)).findFirst().orElseThrow();
    }

    public boolean hasSlots(int i) {
        return ranges(i).findAny().isPresent();
    }

    private boolean has(int i, int slot) {
        return ranges(i)
                .anyMatch(range ->
                        Integer.parseInt(range[0]) <= slot
                                && slot <= Integer.parseInt(range[range.length - 1]));
    }

    private Stream<String[]> ranges(int i) {
        return node(i).clusterNodes()
                .lines()
                .filter(line -> line.contains("myself"))
                .flatMap(line -> Stream.of(line.split(" ")).skip(8))
                .filter(range -> !range.startsWith("["))
                .map(range -> range.split("-"));
    }

    /** Moves a slot with its keys, one key after the other, while everybody may use it. */
    public void move(int slot, int from, int to) {
        var unused = node(to).clusterSetSlotImporting(slot, id(from));
        unused = node(from).clusterSetSlotMigrating(slot, id(to));
        while (true) {
            var keys = node(from).clusterGetKeysInSlot(slot, 1);
            if (keys.isEmpty()) {
                break;
            }
            unused =
                    node(from)
                            .migrate(
                                    "127.0.0.1",
                                    nodes.get(to).port(),
                                    0,
                                    5000,
                                    MigrateArgs.Builder.keys(keys.getFirst()).replace());
        }
        unused = node(to).clusterSetSlotNode(slot, id(to));
        unused = node(from).clusterSetSlotNode(slot, id(to));
        await(this::isSettled);
    }

    /**
     * Whether all nodes know each other's epoch. Two moves that follow each other faster than that
     * is told around may take the same epoch, and then two servers send a call to each other.
     */
    private boolean isSettled() {
        var own = epochs(line -> line.contains("myself"));
        return own.values().stream().distinct().count() == own.size()
                && all(i ->
                        lines(i).stream()
                                .map(line -> line.split(" "))
                                .filter(words -> words[2].contains("master"))
                                .allMatch(words -> words[6].equals(own.get(words[0]))));
    }

    private Map<String, String> epochs(Predicate<String> wanted) {
        return IntStream.range(0, nodes.size())
                .boxed()
                .flatMap(i -> lines(i).stream())
                .filter(wanted)
                .map(line -> line.split(" "))
                .filter(words -> words[2].contains("master"))
                .collect(Collectors.toMap(words -> words[0], words -> words[6]));
    }

    /** A client that finds every key by itself, for looking on. */
    public RedisClusterClient client() {
        return RedisClusterClient.create(RedisURI.create("127.0.0.1", nodes.getFirst().port()));
    }

    @Override
    public void close() throws IOException {
        client.shutdown(0, 1, TimeUnit.SECONDS);
        for (var node : nodes) {
            node.close();
        }
    }
}
