package dev.concertina.starter.request;

import static dev.concertina.starter.testing.TestCluster.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.starter.testing.ScriptedRedis;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a call that a server does not simply answer. */
class FlightTest {
    private static final Script SCRIPT = new Script("return {1}");
    private static final List<byte[]> KEYS = List.of("a".getBytes(StandardCharsets.UTF_8));

    private ScriptedRedis one;
    private ScriptedRedis other;
    private Redis redis;

    @BeforeEach
    void start() throws IOException {
        one = new ScriptedRedis();
        other = new ScriptedRedis();
        other.names(one.port());
        redis = open("redis-cluster://127.0.0.1:" + one.port(), Duration.ofSeconds(20));
    }

    private static Redis open(String url, Duration timeout) {
        var settings =
                new RedisSettings(
                        Optional.of(url),
                        timeout,
                        Duration.ofSeconds(20),
                        100,
                        Optional.empty(),
                        new RedisSettings.Circuit(3, Duration.ofMillis(50), Duration.ofMillis(100)),
                        Duration.ofMinutes(1),
                        new RedisSettings.Tls(
                                Optional.empty(), Optional.empty(), Optional.empty(), true),
                        new RedisSettings.Sentinel(Optional.empty(), Optional.empty()));
        return new Redis(RedisAddress.parse(url), settings, "flight");
    }

    @AfterEach
    void stop() throws IOException {
        redis.close();
        one.close();
        other.close();
    }

    private void assertAnswered() {
        assertThat(redis.call(SCRIPT, KEYS, List.of())).containsExactly(1L);
    }

    @Test
    void aSlotThatIsElsewhereIsAskedThereFromThenOn() {
        assertAnswered();
        one.answer("-MOVED 1 127.0.0.1:" + other.port());
        one.names(other.port());
        other.names(other.port());
        assertAnswered();
        assertAnswered();
        assertThat(one.asked()).containsExactly("EVALSHA", "EVALSHA");
        assertThat(other.asked()).containsExactly("EVALSHA", "EVALSHA");
        assertThat(redis.statistics().redirects()).isEqualTo(1);
    }

    @Test
    void aKeyThatIsJustMovingIsAskedForByLeave() {
        one.answer("-ASK 1 127.0.0.1:" + other.port());
        assertAnswered();
        assertAnswered();
        assertThat(other.asked()).containsExactly("ASKING", "EVALSHA");
        assertThat(one.asked()).as("it still has the slot").containsExactly("EVALSHA", "EVALSHA");
    }

    @Test
    void keysThatAreSplitByAMoveAreAskedForAgain() {
        one.answer("-TRYAGAIN Multiple keys request", "-TRYAGAIN Multiple keys request");
        assertAnswered();
        assertThat(one.asked()).hasSize(3);
    }

    @Test
    void aScriptNobodyKnowsIsTaughtAlsoWhereTheCallWasLed() {
        one.answer("-ASK 1 127.0.0.1:" + other.port());
        other.answer("-NOSCRIPT No matching script");
        assertAnswered();
        assertThat(other.asked()).containsExactly("ASKING", "EVALSHA", "ASKING", "EVAL");
    }

    @Test
    void aCallThatIsLedInCirclesEnds() {
        var there = "-MOVED 1 127.0.0.1:" + other.port();
        var back = "-MOVED 1 127.0.0.1:" + one.port();
        one.answer(IntStream.range(0, 99).mapToObj(i -> there).toArray(String[]::new));
        other.answer(IntStream.range(0, 99).mapToObj(i -> back).toArray(String[]::new));
        assertThatThrownBy(this::assertAnswered)
                .isInstanceOf(Outage.class)
                .hasMessageContaining("led the call to nowhere");
        assertThat(one.asked().size() + other.asked().size()).isLessThan(30);
    }

    @Test
    void aScriptThatIsRefusedForWhatItAsksSaysNothingAboutTheServer() {
        one.answer(
                IntStream.range(0, 5)
                        .mapToObj(i -> "-WRONGTYPE Operation against a key")
                        .toArray(String[]::new));
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(this::assertAnswered)
                    .isInstanceOfSatisfying(
                            Outage.class, outage -> assertThat(outage.isAway()).isFalse());
        }
        assertAnswered();
        assertThat(redis.statistics().failures()).isZero();
    }

    @Test
    void aServerThatIsReadOnlyIsLeftAtOnce() {
        redis.close();
        redis = open("redis://127.0.0.1:" + one.port(), Duration.ofSeconds(20));
        assertAnswered();
        int before = one.connections();
        // As Redis 7 says it, and as Redis 6 does for a script.
        for (var answer :
                List.of(
                        "-READONLY You can't write against a read only replica.",
                        "-ERR Error running script (call to f_1): @user_script:1: -READONLY You"
                                + " can't write")) {
            one.answer(answer);
            assertThatThrownBy(this::assertAnswered)
                    .isInstanceOf(Outage.class)
                    .hasMessageContaining("not the primary any more");
            await(redis::answers);
            assertAnswered();
        }
        assertThat(one.connections()).isEqualTo(before + 2);
    }

    @Test
    void oneThatHasNoAnswerDoesNotDelayTheOthers() {
        var calls =
                IntStream.range(0, 3)
                        .mapToObj(i -> new ScriptCall(SCRIPT, KEYS, List.of()))
                        .collect(Collectors.toList());
        one.answer(ScriptedRedis.returned(7), "-WRONGTYPE no", ScriptedRedis.returned(9));
        var answers = redis.callAll(calls);
        assertThat(answers.get(0)).isEqualTo(new Answer.Reply(List.of(7L)));
        assertThat(answers.get(1)).isInstanceOf(Answer.Failed.class);
        assertThat(answers.get(2)).isEqualTo(new Answer.Reply(List.of(9L)));
    }
}
