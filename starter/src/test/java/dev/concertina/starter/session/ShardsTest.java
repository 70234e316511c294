package dev.concertina.starter.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import org.junit.jupiter.api.Test;

class ShardsTest {
    @Test
    void theSlotIsTheOneOfRedisClustersSpecification() {
        assertThat(Shards.slot("123456789")).isEqualTo(0x31C3);
        assertThat(Shards.slot("foo")).isEqualTo(12182);
    }

    @Test
    void everyPartOfTheSlotsHasOneTag() {
        var parts = new HashSet<Integer>();
        for (var tag : Shards.TAGS) {
            assertThat(tag).matches("[0-9a-f]{4}");
            parts.add(Shards.slot(tag) / 64);
        }
        assertThat(parts).hasSize(Shards.COUNT);
    }

    @Test
    void aNameLeadsToItsKeyAndIsNoCookie() {
        var id = SessionId.random();
        var name = id.key().name();
        assertThat(SessionKey.named(name)).hasValue(id.key());
        assertThat(SessionId.parse(name)).isEmpty();
        assertThat(SessionKey.named(id.value())).isEmpty();
    }
}
