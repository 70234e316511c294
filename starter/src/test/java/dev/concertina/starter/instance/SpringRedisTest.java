package dev.concertina.starter.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/** Which address of Redis is used, whoever wrote it down. */
class SpringRedisTest {
    private static StandardEnvironment after(Map<String, Object> given) {
        var environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("given", given));
        new InstanceEnvironment().postProcessEnvironment(environment, new SpringApplication());
        return environment;
    }

    private static String url(Map<String, Object> given) {
        return after(given).getProperty("concertina.redis.url", "none");
    }

    @Test
    void whatSpringKnowsIsEnough() {
        assertThat(url(Map.of())).isEqualTo("none");
        assertThat(url(Map.of("spring.data.redis.url", "redis://a"))).isEqualTo("redis://a");
        assertThat(
                        url(
                                Map.of(
                                        "spring.data.redis.host", "store",
                                        "spring.data.redis.port", "6380",
                                        "spring.data.redis.password", "p@:w",
                                        "spring.data.redis.database", "3",
                                        "spring.data.redis.ssl.enabled", "true")))
                .isEqualTo("rediss://:p%40%3Aw@store:6380/3");
        assertThat(
                        url(
                                Map.of(
                                        "spring.data.redis.cluster.nodes", "a:1, b:2",
                                        "spring.data.redis.username", "ada",
                                        "spring.data.redis.password", "pw")))
                .isEqualTo("redis-cluster://ada:pw@a:1,b:2");
        assertThat(
                        url(
                                Map.of(
                                        "spring.data.redis.sentinel.master", "main",
                                        "spring.data.redis.sentinel.nodes[0]", "a:1",
                                        "spring.data.redis.sentinel.nodes[1]", "b:2")))
                .isEqualTo("redis-sentinel://a:1,b:2/0#main");
    }

    @Test
    void whatTheFleetSaysSpringHearsToo() {
        var one = after(Map.of("REDIS_URL", "redis://a:1"));
        assertThat(one.getProperty("concertina.redis.url")).isEqualTo("redis://a:1");
        assertThat(one.getProperty("spring.data.redis.url")).isEqualTo("redis://a:1");
        var cluster = after(Map.of("REDIS_URL", "rediss-cluster://ada:p%40w@a:1,b:2"));
        assertThat(cluster.getProperty("spring.data.redis.url")).isNull();
        assertThat(cluster.getProperty("spring.data.redis.cluster.nodes")).isEqualTo("a:1,b:2");
        assertThat(cluster.getProperty("spring.data.redis.username")).isEqualTo("ada");
        assertThat(cluster.getProperty("spring.data.redis.password")).isEqualTo("p@w");
        assertThat(cluster.getProperty("spring.data.redis.ssl.enabled")).isEqualTo("true");
        var sentinel = after(Map.of("REDIS_URL", "redis-sentinel://:pw@a:1,b:2/2/main"));
        assertThat(sentinel.getProperty("spring.data.redis.sentinel.nodes")).isEqualTo("a:1,b:2");
        assertThat(sentinel.getProperty("spring.data.redis.sentinel.master")).isEqualTo("main");
        assertThat(sentinel.getProperty("spring.data.redis.database")).isEqualTo("2");
        assertThat(sentinel.getProperty("spring.data.redis.password")).isEqualTo("pw");
    }
}
