package dev.concertina.fleet.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.fleet.control.Event;
import dev.concertina.fleet.control.FleetState;
import dev.concertina.fleet.control.rollout.Rollout;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JournalTest {
    /** Written by earlier versions, in the middle of a rollout from r1 to r2. */
    @ParameterizedTest
    @ValueSource(strings = "before-shares")
    void whatEarlierVersionsWroteCanBeRead(String version) throws IOException {
        var memory = new Memory(resource(version));
        FleetState state = new Journal(memory).replay().state().orElseThrow();

        Rollout rollout = state.rollout().orElseThrow();
        assertThat(rollout.from()).isEqualTo("r1");
        assertThat(rollout.to()).isEqualTo("r2");
        assertThat(state.slots()).isNotEmpty();
        assertThat(state.routing().backends()).isNotEmpty();
        assertThat(state.routing().share()).isEmpty();
        assertThat(state.served()).isEmpty();
    }

    @Test
    void whatIsWrittenReadsBackEqual() throws IOException {
        FleetState state =
                new Journal(new Memory(resource("before-shares"))).replay().state().orElseThrow();
        var memory = new Memory("");
        new Journal(memory)
                .append(Instant.EPOCH, new Event.Promote(true), List.of(), state.durable());

        Journal.Replay replay = new Journal(memory).replay();

        assertThat(replay.state()).contains(state.durable());
        assertThat(replay.cut()).isEmpty();
    }

    @Test
    void aDamagedEndIsCutOffAndSaidSo() throws IOException {
        String whole = resource("before-shares");
        String damaged = whole.substring(0, whole.length() - 20);

        Journal.Replay replay = new Journal(new Memory(damaged)).replay();

        assertThat(replay.state()).isPresent();
        assertThat(replay.cut().orElseThrow())
                .startsWith("journal line 15 is damaged or was half written; ")
                .endsWith("The fleet goes on from line 14.");
    }

    @Test
    void anEmptyOneHoldsNothing() {
        assertThat(new Journal(new Memory("")).replay())
                .isEqualTo(new Journal.Replay(Optional.empty(), Optional.empty()));
    }

    private static String resource(String version) throws IOException {
        try (InputStream in = JournalTest.class.getResourceAsStream("/journal/" + version)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static final class Memory implements Storage {
        private String text;

        Memory(String text) {
            this.text = text;
        }

        @Override
        public String read() {
            return text;
        }

        @Override
        public long size() {
            return text.length();
        }

        @Override
        public void append(Supplier<String> added) {
            text += added.get();
        }

        @Override
        public void replace(Supplier<String> whole) {
            text = whole.get();
        }
    }
}
