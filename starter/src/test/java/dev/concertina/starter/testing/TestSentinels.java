package dev.concertina.starter.testing;

import static dev.concertina.starter.testing.TestCluster.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.sentinel.api.sync.RedisSentinelCommands;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Two servers of which one follows the other, and three Sentinels that know them as main. */
public final class TestSentinels implements AutoCloseable {
    private final List<RedisProcess> servers = new ArrayList<>();
    private final List<RedisProcess> sentinels = new ArrayList<>();
    private final RedisClient client = RedisClient.create();
    private final RedisSentinelCommands<String, String> watcher;

    public TestSentinels() throws Exception {
        servers.add(
                new RedisProcess(TestRedis.freePort(), "save \"\"", "repl-diskless-sync-delay 0")
                        .ready());
        servers.add(
                new RedisProcess(
                                TestRedis.freePort(),
                                "save \"\"",
                                "repl-diskless-sync-delay 0",
                                "replicaof 127.0.0.1 " + servers.getFirst().port())
                        .ready());
        for (int i = 0; i < 3; i++) {
            sentinels.add(
                    new RedisProcess(
                                    TestRedis.freePort(),
                                    "sentinel monitor main 127.0.0.1 "
                                            + servers.getFirst().port()
                                            + " 2",
                                    "sentinel down-after-milliseconds main 700",
                                    "sentinel failover-timeout main 3000")
                            .ready());
        }
        watcher = client.connectSentinel(uri(sentinels.getFirst())).sync();
        await(() ->
                "2".equals(watcher.master("main").get("num-other-sentinels"))
                        && "1".equals(watcher.master("main").get("num-slaves")));
        await(() -> info(1).contains("link_status:up"));
    }

    private static RedisURI uri(RedisProcess process) {
        return RedisURI.create("127.0.0.1", process.port());
    }

    private String info(int server) {
        try (var connection = client.connect(uri(servers.get(server)))) {
            return connection.sync().info("replication");
        } catch (RedisException e) {
            return "";
        }
    }

    public String url() {
        return "redis-sentinel://"
                + sentinels.stream()
                        .map(sentinel -> "127.0.0.1:" + sentinel.port())
                        .collect(Collectors.joining(","))
                + "/main";
    }

    /** The one the Sentinels name, 0 or 1. */
    public int primary() {
        var named = (InetSocketAddress) watcher.getMasterAddrByName("main");
        return named.getPort() == servers.getFirst().port() ? 0 : 1;
    }

    public RedisProcess server(int i) {
        return servers.get(i);
    }

    /** Waits until a server follows the other one. */
    public void follows(int server) {
        await(() -> info(server).contains("role:slave") && info(server).contains("link_status:up"));
    }

    @Override
    public void close() throws IOException {
        client.shutdown(0, 1, TimeUnit.SECONDS);
        for (var sentinel : sentinels) {
            sentinel.close();
        }
        for (var server : servers) {
            server.close();
        }
    }
}
