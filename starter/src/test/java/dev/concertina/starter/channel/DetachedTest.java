package dev.concertina.starter.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.request.Redis;
import dev.concertina.starter.request.RedisAccess;
import dev.concertina.starter.testing.ListeningRelay;
import dev.concertina.starter.testing.TestCluster;
import dev.concertina.starter.testing.TestRedis;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** A connection that is well as far as TCP knows, and brings nothing. */
class DetachedTest {
    private static final int SAID = 20;

    /** A subscriber's end that notes what it is told. */
    private static final class Notes implements Outlet {
        private final List<String> told = new CopyOnWriteArrayList<>();

        @Override
        public void write(List<Word> words) {
            for (var word : words) {
                told.add(
                        word.told() instanceof Told.Message(Publication publication)
                                ? new String(publication.data(), StandardCharsets.UTF_8)
                                : word.told().getClass().getSimpleName());
            }
        }

        @Override
        public void beat() {}

        @Override
        public void end(Ending why, Duration retry) {}

        @Override
        public void close() {}
    }

    private static Feeds feeds(Redis redis, Duration probe, String check) {
        var settings =
                new Binder(
                                new MapConfigurationPropertySource(
                                        Map.of(
                                                "concertina.channel.check", check,
                                                "concertina.channel.lease", "3h",
                                                "concertina.channel.patience", "20s")))
                        .bindOrCreate("concertina.channel", ChannelSettings.class);
        var store =
                new RedisChannelStore(
                        redis, 1000, Duration.ofHours(1), Duration.ofMinutes(1), probe);
        return new Feeds(store, settings, new Counters(), "me");
    }

    private static void isHeardOf(Duration probe, String check, boolean replaces) throws Exception {
        var room = new Room(Optional.empty(), UUID.randomUUID().toString());
        try (var relay = new ListeningRelay(TestRedis.port());
                var redis = RedisAccess.open(relay.url(), "detached");
                var sender = RedisAccess.open(TestRedis.url(), "detached");
                var store = RedisChannelStoreTest.store(sender);
                var feeds = feeds(redis, probe, check)) {
            var notes = new Notes();
            var pipe = feeds.pipe(notes);
            var subscription = feeds.join(room, pipe, Optional.empty());
            pipe.start(() -> {});
            for (int i = 0; i < SAID; i++) {
                if (i == SAID / 2) {
                    TestCluster.await(() -> notes.told.size() == 1 + SAID / 2);
                    assertThat(relay.mute()).isPositive();
                }
                store.append(
                        room,
                        UUID.randomUUID().toString(),
                        "said",
                        Integer.toString(i).getBytes(StandardCharsets.UTF_8));
            }
            TestCluster.await(() -> notes.told.size() == 1 + SAID);
            assertThat(notes.told.subList(1, notes.told.size()))
                    .containsExactlyElementsOf(
                            IntStream.range(0, SAID).mapToObj(Integer::toString).toList());
            assertThat(feeds.replaced() > 0).isEqualTo(replaces);
            feeds.leave(room, subscription);
        }
    }

    @Test
    void whoDoesNotHearItsNameIsReplaced() throws Exception {
        isHeardOf(Duration.ofMillis(300), "1h", true);
    }

    @Test
    void comparingWithTheHistoryFindsItToo() throws Exception {
        isHeardOf(Duration.ofHours(1), "1s", false);
    }
}
