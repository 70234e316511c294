package dev.concertina.starter.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class SlotMapTest {
    private static final RedisNode ASKED = new RedisNode("10.0.0.9", 7);

    private static List<Object> range(long first, long last, String host, long port) {
        var primary = List.<Object>of(host.getBytes(StandardCharsets.UTF_8), port, new byte[0]);
        var replica = List.<Object>of("other".getBytes(StandardCharsets.UTF_8), 1L, new byte[0]);
        return List.of(first, last, primary, replica);
    }

    private static SlotMap map(List<?>... ranges) {
        return SlotMap.read(List.of(ranges), ASKED);
    }

    @Test
    void aSlotBelongsToTheFirstNodeOfItsRange() {
        var map = map(range(0, 99, "a", 1), range(100, 16_383, "b", 2));
        assertThat(map.owner(99)).hasValue(new RedisNode("a", 1));
        assertThat(map.owner(100)).hasValue(new RedisNode("b", 2));
        assertThat(map.isWhole()).isTrue();
        assertThat(map.nodes()).hasSize(2);
    }

    @Test
    void aNodeThatDoesNotKnowItsHostIsTheOneThatWasAsked() {
        assertThat(map(range(0, 1, "", 5)).owner(0)).hasValue(new RedisNode("10.0.0.9", 5));
        assertThat(map(range(0, 1, "?", 5)).owner(0)).hasValue(new RedisNode("10.0.0.9", 5));
    }

    @Test
    void slotsOfNobodyAreNoticed() {
        var map = map(range(5, 16_383, "a", 1));
        assertThat(map.owner(4)).isEmpty();
        assertThat(map.isWhole()).isFalse();
    }

    @Test
    void oneNodeThatIsCutOffDoesNotWinAgainstTheOthers() {
        var stale = map(range(0, 16_383, "old", 1));
        var new1 = map(range(0, 16_383, "new", 1));
        assertThat(SlotMap.most(List.of(stale, new1, new1)).owner(7))
                .hasValue(new RedisNode("new", 1));
        assertThat(SlotMap.most(List.of(new1, stale, new1)).owner(7))
                .hasValue(new RedisNode("new", 1));
    }

    @Test
    void whatANodeSaysOfASlotHoldsAtOnce() {
        var map = map(range(0, 16_383, "a", 1)).with(3, new RedisNode("b", 2));
        assertThat(map.owner(3)).hasValue(new RedisNode("b", 2));
        assertThat(map.owner(4)).hasValue(new RedisNode("a", 1));
    }

    @Test
    void nonsenseIsNoMap() {
        assertThat(SlotMap.read(List.of("what", List.of(1L)), ASKED).nodes()).isEmpty();
    }
}
