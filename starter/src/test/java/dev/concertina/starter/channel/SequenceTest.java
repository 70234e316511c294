package dev.concertina.starter.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What has to be read again. */
class SequenceTest {
    private static final Position FIRST = position(1);

    private final List<Told> told = new ArrayList<>();
    private final Sequence sequence = new Sequence(Optional.of(FIRST), told::add);

    private static Position position(int offset) {
        return new Position("aaaaaaaa", offset, "mark000" + offset);
    }

    private static Publication publication(int offset) {
        return new Publication(
                position(offset), position(offset - 1).mark(), "said", new byte[] {'1'});
    }

    @Test
    void aDoubtDuringAReadingIsFollowedByAnother() {
        sequence.startAt(FIRST);
        assertThat(sequence.doubt()).isTrue();
        // Of what is read by now; a reading is under way, so nobody has to begin one.
        assertThat(sequence.doubt()).isFalse();

        var early = new Recovered.Known(List.of(publication(2)), false);
        assertThat(sequence.caughtUp(early)).isTrue();
        var late = new Recovered.Known(List.of(publication(3)), false);
        assertThat(sequence.caughtUp(late)).isFalse();

        assertThat(sequence.at()).contains(position(3));
        assertThat(sequence.isBehind()).isFalse();
        assertThat(told).hasSize(2);
    }
}
