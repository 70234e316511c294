package dev.concertina.starter.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.starter.testing.TestRedis;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What scripts return, packed by a real Redis. */
class PackedReplyTest {
    private static Redis redis;

    @BeforeAll
    static void open() {
        redis = RedisAccess.open(TestRedis.url(), "packed");
    }

    @AfterAll
    static void close() {
        redis.close();
    }

    private static List<@Nullable Object> reply(String body, String... arguments) {
        var bytes = List.of(arguments).stream().map(a -> a.getBytes(StandardCharsets.UTF_8));
        return redis.call(new Script(body), List.of(), bytes.toList());
    }

    @Test
    void numbersOfEverySize() {
        var numbers =
                List.of(
                        0L,
                        1L,
                        127L,
                        128L,
                        255L,
                        256L,
                        65_535L,
                        65_536L,
                        4_294_967_295L,
                        4_294_967_296L,
                        1_795_878_302_139L,
                        9_007_199_254_740_991L,
                        -1L,
                        -32L,
                        -33L,
                        -128L,
                        -129L,
                        -32_768L,
                        -32_769L,
                        -2_147_483_648L,
                        -2_147_483_649L);
        var text = numbers.stream().map(String::valueOf).toArray(String[]::new);
        assertThat(
                        reply(
                                "local out = {} for i = 1, #ARGV do out[i] = tonumber(ARGV[i]) end"
                                        + " return out",
                                text))
                .isEqualTo(numbers);
        assertThat(reply("return {1.75, -1.75, 0.1, 2.5e9 + 0.5}"))
                .containsExactly(1L, -1L, 0L, 2_500_000_000L);
    }

    @Test
    void stringsOfEverySize() {
        for (int length : new int[] {0, 1, 31, 32, 255, 256, 65_535, 65_536, 1_000_000}) {
            var expected = new byte[length];
            Arrays.fill(expected, (byte) 0xff);
            assertThat(
                            reply(
                                    "return {string.rep('\\255', tonumber(ARGV[1]))}",
                                    String.valueOf(length)))
                    .singleElement()
                    .isEqualTo(expected);
        }
    }

    @Test
    void listsInListsAndWhatIsMissing() {
        assertThat(reply("return {false, true, {1, {}, {2, false}}}"))
                .containsExactly(null, 1L, Arrays.asList(1L, List.of(), Arrays.asList(2L, null)));
        assertThat(reply("return {}")).isEmpty();
        assertThat(reply("return 3")).containsExactly(3L);
        assertThat(reply("return false")).containsExactly((Object) null);
        assertThat(reply("local unused = 1")).containsExactly((Object) null);
        assertThat(reply("local out = {} for i = 1, 70000 do out[i] = i end return out"))
                .hasSize(70_000)
                .endsWith(70_000L);
        assertThat(reply("local out = {} for i = 1, 20 do out[i] = i end return {out}"))
                .singleElement()
                .satisfies(list -> assertThat((List<?>) list).hasSize(20));
    }

    @Test
    void aStatusIsItsText() {
        assertThat(reply("return {redis.call('PING')}"))
                .singleElement()
                .isEqualTo("PONG".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void whatNoReplyHoldsIsNamed() {
        assertThatThrownBy(() -> reply("return {a = 1}"))
                .hasStackTraceContaining("what no reply can hold");
    }
}
