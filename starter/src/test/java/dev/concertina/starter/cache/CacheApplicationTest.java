package dev.concertina.starter.cache;

import static dev.concertina.starter.testing.TestCluster.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.testing.CountingRelay;
import dev.concertina.starter.testing.TestRedis;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/** {@code @Cacheable} on two instances, and what it costs on the wire. */
class CacheApplicationTest {
    private static final List<ConfigurableApplicationContext> INSTANCES = new ArrayList<>();
    private static final AtomicInteger SENT = new AtomicInteger();
    private static CountingRelay relay;
    private static HttpClient client;

    private final String id = UUID.randomUUID().toString();

    @BeforeAll
    static void start() throws Exception {
        relay = new CountingRelay(TestRedis.port());
        client = HttpClient.newHttpClient();
        for (int i = 0; i < 2; i++) {
            INSTANCES.add(
                    new SpringApplicationBuilder(CacheApplication.class)
                            .run(
                                    "--server.port=0",
                                    "--spring.main.banner-mode=off",
                                    "--spring.application.name=cached",
                                    "--concertina.redis.url=" + relay.url(),
                                    "--concertina.redis.timeout=20s",
                                    "--concertina.session.store=off",
                                    "--concertina.instance.drain-delay=0s"));
        }
    }

    @AfterAll
    static void stop() throws Exception {
        INSTANCES.forEach(ConfigurableApplicationContext::close);
        client.close();
        relay.close();
    }

    @BeforeEach
    void aCertificate() throws Exception {
        CacheApplication.DATABASE.put(id, "ada");
        for (int i = 0; i < 4; i++) {
            assertThat(get(i % 2, id)).isEqualTo("ada");
        }
    }

    private static URI address(int instance, String path) {
        int port =
                ((ServletWebServerApplicationContext) INSTANCES.get(instance))
                        .getWebServer()
                        .getPort();
        return URI.create("http://127.0.0.1:" + port + "/" + path);
    }

    private static String get(int instance, String path) throws Exception {
        SENT.incrementAndGet();
        var request = HttpRequest.newBuilder(address(instance, path)).build();
        return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    /** A request adds to the counters when it ends, and its answer may be here before that. */
    private static void getToItsEnd(int instance, String path) throws Exception {
        get(instance, path);
        await(() -> CacheApplication.ENDED.get() == SENT.get());
    }

    private static void post(int instance, String path) throws Exception {
        SENT.incrementAndGet();
        var request =
                HttpRequest.newBuilder(address(instance, path))
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build();
        var response = client.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }

    @Test
    void whatOneInstanceChangesTheOtherSeesAtOnce() throws Exception {
        for (int i = 0; i < 20; i++) {
            post(i % 2, id + "/rename?holder=name" + i);
            assertThat(get((i + 1) % 2, id)).isEqualTo("name" + i);
            post(i % 2, id + "/replace?holder=other" + i);
            assertThat(get((i + 1) % 2, id)).isEqualTo("other" + i);
            assertThat(get(i % 2, id)).isEqualTo("other" + i);
        }
    }

    @Test
    void clearingReachesEverybody() throws Exception {
        CacheApplication.DATABASE.put(id, "grace");
        assertThat(get(1, id)).isEqualTo("ada");
        post(0, "forget");
        assertThat(get(1, id)).isEqualTo("grace");
    }

    @Test
    void aHitIsOneCommandAndLoadsNothing() throws Exception {
        get(0, id);
        relay.take();
        int loads = CacheApplication.LOADS.get();
        for (int i = 0; i < 10; i++) {
            get(0, id);
        }
        assertThat(relay.take()).hasSize(10).containsOnly("EVALSHA");
        assertThat(CacheApplication.LOADS).hasValue(loads);
    }

    @Test
    void whatOneLoadedTheOtherDoesNotLoad() throws Exception {
        post(0, id + "/rename?holder=grace");
        int loads = CacheApplication.LOADS.get();
        assertThat(get(0, id)).isEqualTo("grace");
        assertThat(get(1, id)).isEqualTo("grace");
        assertThat(CacheApplication.LOADS).hasValue(loads + 1);
    }

    @Test
    void thatThereIsNothingIsRememberedToo() throws Exception {
        var nothing = UUID.randomUUID().toString();
        assertThat(get(0, nothing)).isEqualTo("nobody");
        int loads = CacheApplication.LOADS.get();
        assertThat(get(0, nothing)).isEqualTo("nobody");
        assertThat(get(1, nothing)).isEqualTo("nobody");
        assertThat(CacheApplication.LOADS).hasValue(loads);
        post(1, nothing + "/rename?holder=eve");
        assertThat(get(0, nothing)).isEqualTo("eve");
    }

    @Test
    void readsAreCountedByWhereTheyWereAnswered() throws Exception {
        getToItsEnd(0, id);
        var registry = INSTANCES.getFirst().getBean(MeterRegistry.class);
        var near =
                registry.get("concertina.cache.gets")
                        .tags("cache", "certificates", "result", "near")
                        .functionCounter();
        double before = near.count();
        getToItsEnd(0, id);
        assertThat(near.count()).isEqualTo(before + 1);
    }
}
