package dev.concertina.starter.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.live.Broadcast;
import dev.concertina.starter.live.Listener;
import dev.concertina.starter.request.Outage;
import dev.concertina.starter.testing.ListeningRelay;
import dev.concertina.starter.testing.RedisProcess;
import dev.concertina.starter.testing.Served;
import dev.concertina.starter.testing.TestCluster;
import dev.concertina.starter.testing.TestRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * Three instances under three senders and many listeners, while Redis is killed and started again,
 * connections are cut and made deaf, and instances are replaced; from a printed seed.
 */
class LiveSoakTest {
    private static final boolean LONG = Boolean.getBoolean("soak");
    private static final int LISTENERS = LONG ? 200 : 40;
    private static final int FAULTS = LONG ? 60 : 6;
    private static final int SENDERS = 3;
    private static final String CHANNEL = "soak";

    private final long seed = Long.getLong("seed", new Random().nextLong(1_000_000));
    private final Random random = new Random(seed);
    private final Broadcast broadcast = new Broadcast();
    private final List<Served> instances = new CopyOnWriteArrayList<>();
    private final AtomicInteger published = new AtomicInteger();
    private volatile boolean over;

    private static Served run(String url) {
        return Served.start(
                LiveApplication.class,
                "--concertina.session.keys=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
                "--spring.application.name=soak",
                "--concertina.redis.url=" + url,
                "--concertina.redis.timeout=2s",
                "--concertina.channel.probe=500ms",
                "--concertina.channel.check=1s",
                "--concertina.channel.drain=500ms");
    }

    private Served any() {
        return instances.get(ThreadLocalRandom.current().nextInt(instances.size()));
    }

    @Test
    void everyoneGetsEverythingOrIsTold() throws Exception {
        System.out.println("seed " + seed);
        try (var redis = new RedisProcess(TestRedis.freePort()).ready();
                var relay = new ListeningRelay(redis.port())) {
            for (int i = 0; i < 3; i++) {
                instances.add(run(relay.url()));
            }
            var listeners = new ArrayList<Listener>();
            for (int i = 0; i < LISTENERS; i++) {
                var kind = i % 2 == 0 ? Listener.Kind.EVENTS : Listener.Kind.SOCKET;
                listeners.add(
                        Listener.start(
                                kind,
                                () -> any().port(),
                                CHANNEL,
                                broadcast.subscriber("listener " + i)));
            }
            TestCluster.await(() -> listeners.stream().allMatch(Listener::opened));
            var senders = new ArrayList<Thread>();
            for (int i = 0; i < SENDERS; i++) {
                var name = "sender" + i;
                senders.add(Thread.ofVirtual().start(() -> send(name)));
            }
            for (int i = 0; i < FAULTS; i++) {
                awaitMore(100);
                fault(i, redis, relay, listeners);
            }
            awaitMore(100);
            over = true;
            for (var sender : senders) {
                sender.join();
            }
            TestCluster.await(broadcast::settled);
            for (var listener : listeners) {
                assertThat(listener.refused()).isEmpty();
                listener.close();
            }
            int connections = listeners.stream().mapToInt(Listener::connections).sum();
            System.out.printf(
                    "%d published, %d received by %d listeners over %d connections, %d resets%n",
                    broadcast.published(),
                    broadcast.received(),
                    LISTENERS,
                    connections,
                    broadcast.resets());
            assertThat(broadcast.faults()).as("seed %d", seed).isEmpty();
            assertThat(broadcast.received()).isGreaterThan(FAULTS * 100L);
        } finally {
            over = true;
            instances.forEach(Served::close);
        }
    }

    private void awaitMore(int publications) {
        int goal = published.get() + publications;
        TestCluster.await(() -> published.get() >= goal);
    }

    private void fault(int number, RedisProcess redis, ListeningRelay relay, List<Listener> all)
            throws Exception {
        // Each at least once, and then by chance.
        switch (number < 6 ? number : random.nextInt(6)) {
            case 0 -> relay.cut();
            case 1 -> assertThat(relay.mute()).isPositive();
            case 2 -> {
                for (var listener : all) {
                    if (random.nextInt(3) == 0) {
                        listener.cut();
                    }
                }
            }
            case 3 -> {
                redis.kill();
                redis.restart();
                redis.ready();
            }
            case 4 -> {
                var leaving = instances.remove(random.nextInt(instances.size()));
                instances.add(run(relay.url()));
                leaving.close();
            }
            default -> {
                redis.pause();
                LockSupport.parkNanos(Duration.ofMillis(random.nextInt(700)).toNanos());
                redis.resume();
            }
        }
    }

    /**
     * Publishes its numbers. One without an answer may be published or not: under its name it could
     * be sent again, but Redis forgets names when it is killed.
     */
    private void send(String name) {
        boolean last = false;
        for (int n = 1; !last; n++) {
            last = over;
            try {
                any().bean(Channels.class).publish(CHANNEL, "said", Map.of("s", name, "n", n));
                broadcast.acknowledged(name, n);
                published.incrementAndGet();
            } catch (Outage | IllegalStateException e) {
                broadcast.unsure(name, n);
                last = false;
            }
            LockSupport.parkNanos(Duration.ofMillis(8).toNanos());
        }
    }
}
