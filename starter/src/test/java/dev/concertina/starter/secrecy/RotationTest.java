package dev.concertina.starter.secrecy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.testing.TestRedis;
import dev.concertina.starter.testing.Visitor;
import io.lettuce.core.RedisClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A key is changed while users go on: instances are replaced one by one, first by such as can also
 * read the new key, then by such as write with it, at last, when everything is sealed anew, by such
 * as do not know the old one.
 */
@Tag("real")
class RotationTest {
    private static final String OLD = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    private static final String NEW = "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=";
    private static final int USERS = 6;

    private final List<Instance> instances = new CopyOnWriteArrayList<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger counted = new AtomicInteger();

    /** With the number of requests that are under way to it. */
    private record Instance(ConfigurableApplicationContext context, AtomicInteger busy) {
        int port() {
            return Integer.parseInt(
                    context.getEnvironment().getRequiredProperty("local.server.port"));
        }
    }

    private static Instance start(String keys) {
        return new Instance(
                new SpringApplicationBuilder(SecrecyApplication.class)
                        .run(
                                "--server.port=0",
                                "--spring.main.banner-mode=off",
                                "--concertina.redis.url=" + TestRedis.url(),
                                "--concertina.redis.timeout=20s",
                                "--concertina.redis.connect-timeout=20s",
                                "--concertina.redis.namespace=rotation",
                                "--concertina.instance.drain-delay=0s",
                                "--concertina.session.keys=" + keys,
                                "--concertina.session.reseal-every=200ms",
                                "--concertina.token.issuer=https://rotation.test",
                                "--concertina.token.endpoints=true",
                                "--concertina.token.keys[0].value=" + OLD,
                                "--concertina.token.secrets=" + keys),
                new AtomicInteger());
    }

    /** Replaces one after the other, as a rolling deployment does. */
    private void roll(String keys) {
        for (var old : List.copyOf(instances)) {
            instances.add(start(keys));
            instances.remove(old);
            awaitNoneUnderWay(old);
            old.context().close();
        }
        int enough = counted.get() + 10 * USERS;
        while (counted.get() < enough && !over.get()) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static void awaitNoneUnderWay(Instance old) {
        while (old.busy().get() > 0) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private <T> T somewhere(AtomicInteger port, Callable<T> ask) throws Exception {
        while (true) {
            var all = List.copyOf(instances);
            var one = all.get(ThreadLocalRandom.current().nextInt(all.size()));
            one.busy().incrementAndGet();
            try {
                // Counted in first, looked at again then: nobody closes it now.
                if (instances.contains(one)) {
                    port.set(one.port());
                    return ask.call();
                }
            } finally {
                one.busy().decrementAndGet();
            }
        }
    }

    private Void use(String name) throws Exception {
        var port = new AtomicInteger();
        var visitor = new Visitor(port::get);
        try {
            somewhere(
                    port,
                    () -> {
                        visitor.login(name);
                        return "";
                    });
            for (int i = 1; !over.get(); i++) {
                var answer = somewhere(port, () -> visitor.post("/count", Map.of()).body());
                assertThat(answer).isEqualTo(name + " " + i);
                counted.incrementAndGet();
            }
        } finally {
            over.set(true);
        }
        return null;
    }

    @Test
    void nobodyNoticesThatTheKeyIsChanged() throws Exception {
        for (int i = 0; i < 2; i++) {
            instances.add(start(OLD));
        }
        var sleeper = new Visitor(() -> instances.getFirst().port());
        sleeper.login("sleeper");
        assertThat(sleeper.post("/count", Map.of()).body()).isEqualTo("sleeper 1");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var users = users(threads);
            roll(OLD + "," + NEW);
            roll(NEW + "," + OLD);
            awaitSealedAnew();
            roll(NEW);
            over.set(true);
            for (var user : users) {
                user.get();
            }
            // Who asked for nothing all the time has lost nothing either.
            assertThat(sleeper.post("/count", Map.of()).body()).isEqualTo("sleeper 2");
        } finally {
            over.set(true);
            instances.forEach(one -> one.context().close());
        }
        assertThat(counted.get()).isGreaterThan(30 * USERS - 1);
    }

    private void awaitSealedAnew() {
        var client = RedisClient.create(TestRedis.url());
        try (var connection = client.connect()) {
            long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
            while (connection.sync().zcard("rotation:k:sealing") > 1 && !over.get()) {
                assertThat(System.nanoTime()).as("sealed anew in time").isLessThan(end);
                LockSupport.parkNanos(10_000_000);
            }
        } finally {
            client.shutdown();
        }
    }

    private List<Future<Void>> users(ExecutorService threads) {
        var users = new ArrayList<Future<Void>>();
        for (int i = 0; i < USERS; i++) {
            var name = "user" + i;
            users.add(threads.submit(() -> use(name)));
        }
        return users;
    }
}
