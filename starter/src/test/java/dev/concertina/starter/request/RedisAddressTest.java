package dev.concertina.starter.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisAddressTest {
    private static RedisAddress.Entry entry(String user, String password, boolean tls) {
        return new RedisAddress.Entry(
                Optional.of(user).filter(text -> !text.isEmpty()),
                Optional.of(password).filter(text -> !text.isEmpty()),
                tls);
    }

    @Test
    void oneServer() {
        var single = (RedisAddress.Single) RedisAddress.parse(" rediss://ada:pw@store:6380/2 ");
        assertThat(single.uri().getHost()).isEqualTo("store");
        assertThat(single.uri().getPort()).isEqualTo(6380);
        assertThat(single.uri().getDatabase()).isEqualTo(2);
        assertThat(single.uri().isSsl()).isTrue();
    }

    @Test
    void nodesOfACluster() {
        assertThat(RedisAddress.parse("redis-cluster://a:1,b,[::1]:3"))
                .isEqualTo(
                        new RedisAddress.Cluster(
                                List.of(
                                        new RedisNode("a", 1),
                                        new RedisNode("b", 6379),
                                        new RedisNode("::1", 3)),
                                entry("", "", false)));
        assertThat(RedisAddress.parse("rediss-cluster://ada:p%40:w+%25@a:1"))
                .isEqualTo(
                        new RedisAddress.Cluster(
                                List.of(new RedisNode("a", 1)), entry("ada", "p@:w+%", true)));
    }

    @Test
    void sentinels() {
        var two = List.of(new RedisNode("a", 1), new RedisNode("b", 26379));
        assertThat(RedisAddress.parse("redis-sentinel://a:1,b/main"))
                .isEqualTo(new RedisAddress.Sentinel(two, "main", 0, entry("", "", false)));
        assertThat(RedisAddress.parse("redis-sentinel://:pw@a:1,b/3/main"))
                .isEqualTo(new RedisAddress.Sentinel(two, "main", 3, entry("", "pw", false)));
        assertThat(RedisAddress.parse("rediss-sentinel://pw@a:1,b/3#main"))
                .isEqualTo(new RedisAddress.Sentinel(two, "main", 3, entry("", "pw", true)));
        assertThat(RedisAddress.parse("redis-sentinel://a:1,b#main"))
                .isEqualTo(new RedisAddress.Sentinel(two, "main", 0, entry("", "", false)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "store:6379",
                "http://secret@store",
                "redis-cluster://",
                "redis-cluster://secret@",
                "redis-cluster://a:secret",
                "redis-cluster://:secret@a:0",
                "redis-cluster://:secret@a:1/5",
                "redis-cluster://:%secret@a:1",
                "redis-sentinel://:secret@a:1",
                "redis-sentinel://:secret@a:1/secret/main"
            })
    void whatIsNoneIsRefusedWithoutRepeatingIt(String url) {
        assertThatThrownBy(() -> RedisAddress.parse(url))
                .isInstanceOf(UnusableStoreException.class)
                .hasMessageContaining("concertina.redis.url (or REDIS_URL)")
                .hasMessageContaining("://")
                .hasMessageNotContaining("secret");
    }

    @Test
    void aPasswordIsInNoText() {
        assertThat(RedisAddress.parse("redis-cluster://ada:secret@a:1").toString())
                .doesNotContain("secret");
    }
}
