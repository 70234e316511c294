package dev.concertina.starter.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.request.Redis;
import dev.concertina.starter.request.RedisAccess;
import dev.concertina.starter.testing.TestCluster;
import io.lettuce.core.cluster.SlotHash;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ClusterChannelStoreTest extends ChannelStoreContract {
    private static final Heard HEARD = new Heard();
    private static Redis redis;
    private static ChannelStore store;

    @BeforeAll
    static void open() {
        redis = RedisAccess.open(TestCluster.shared().url(), "live");
        store = RedisChannelStoreTest.store(redis);
        store.hear(HEARD);
    }

    @AfterAll
    static void close() {
        store.close();
        redis.close();
    }

    @Override
    ChannelStore store() {
        return store;
    }

    @Override
    Heard heard() {
        return HEARD;
    }

    @Test
    void aChannelThatMovesIsHeardWhereItIs() {
        var room = room();
        store.listen(room);
        TestCluster.await(() -> HEARD.listening.contains(room));
        append(room, "said", "before");
        var cluster = TestCluster.shared();
        int slot =
                SlotHash.getSlot(
                        ("live:ch:{/" + room.name() + "}").getBytes(StandardCharsets.UTF_8));
        int from = cluster.owner(slot);
        int to = (from + 1) % 3;
        cluster.move(slot, from, to);
        try {
            append(room, "said", "after");
            TestCluster.await(() -> HEARD.of(room).contains("said after"));
            // Told that something may have been missed while it moved.
            TestCluster.await(() -> HEARD.listening.stream().filter(room::equals).count() > 1);
            append(room, "said", "there");
            TestCluster.await(() -> HEARD.of(room).contains("said there"));
            assertThat(HEARD.of(room)).containsSubsequence("said before", "said after");
        } finally {
            cluster.move(slot, to, from);
        }
    }
}
