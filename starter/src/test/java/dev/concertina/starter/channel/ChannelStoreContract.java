package dev.concertina.starter.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.request.Tenant;
import dev.concertina.starter.testing.TestCluster;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every store of channels does. */
abstract class ChannelStoreContract {
    static final int KEPT = 300;
    static final Duration LEASE = Duration.ofSeconds(30);

    abstract ChannelStore store();

    /** What the store has told so far. */
    abstract Heard heard();

    /** Notes what a store says. */
    static final class Heard implements ChannelStore.Listener {
        final List<String> publications = new CopyOnWriteArrayList<>();
        final List<Room> listening = new CopyOnWriteArrayList<>();
        final List<Room> deaf = new CopyOnWriteArrayList<>();

        @Override
        public void heard(Room room, Publication publication) {
            publications.add(room.key() + " " + text(publication));
        }

        @Override
        public void listening(Room room) {
            listening.add(room);
        }

        @Override
        public void deaf(Room room) {
            deaf.add(room);
        }

        List<String> of(Room room) {
            return publications.stream()
                    .filter(line -> line.startsWith(room.key() + " "))
                    .map(line -> line.substring(room.key().length() + 1))
                    .toList();
        }
    }

    static Room room() {
        return new Room(Optional.empty(), UUID.randomUUID().toString());
    }

    static String text(Publication publication) {
        return publication.event() + " " + new String(publication.data(), StandardCharsets.UTF_8);
    }

    Position append(Room room, String event, String data) {
        return store().append(
                        room,
                        UUID.randomUUID().toString(),
                        event,
                        data.getBytes(StandardCharsets.UTF_8))
                .position();
    }

    Position head(Room room) {
        return ((Recovered.Lost) store().after(room, Optional.empty())).now();
    }

    @Test
    void positionsCountUpAndAreRecoveredFrom() {
        var room = room();
        var start = head(room);
        assertThat(start.offset()).isEqualTo(1);
        var first = append(room, "said", "\"grün\\n{\"");
        var second = append(room, "said", "2");
        assertThat(first.offset()).isEqualTo(2);
        assertThat(second.offset()).isEqualTo(3);
        assertThat(second.epoch()).isEqualTo(start.epoch());
        assertThat(head(room)).isEqualTo(second);
        var known = (Recovered.Known) store().after(room, Optional.of(start));
        assertThat(known.more()).isFalse();
        assertThat(known.publications().stream().map(ChannelStoreContract::text))
                .containsExactly("said \"grün\\n{\"", "said 2");
        assertThat(known.publications().getFirst().follows(start)).isTrue();
        assertThat(known.publications().getLast().follows(first)).isTrue();
        assertThat(((Recovered.Known) store().after(room, Optional.of(second))).publications())
                .isEmpty();
    }

    @Test
    void aPositionNobodyGaveIsLost() {
        var room = room();
        var start = head(room);
        var now = append(room, "said", "1");
        for (var other :
                List.of(
                        new Position("00000000", 1, start.mark()),
                        new Position(start.epoch(), 1, "00000000"),
                        new Position(start.epoch(), 99, start.mark()))) {
            assertThat(store().after(room, Optional.of(other)))
                    .as(other.toString())
                    .isEqualTo(new Recovered.Lost(now));
        }
        assertThat(store().after(room(), Optional.of(start))).isInstanceOf(Recovered.Lost.class);
    }

    @Test
    void anOperationIsPublishedOnce() {
        var room = room();
        listen(room);
        var data = "1".getBytes(StandardCharsets.UTF_8);
        var first = store().append(room, "op-1", "said", data);
        var again = store().append(room, "op-1", "said", data);
        assertThat(first.repeated()).isFalse();
        assertThat(again).isEqualTo(new ChannelStore.Appended(first.position(), true));
        assertThat(store().append(room, "op-2", "said", data).position().offset())
                .isEqualTo(first.position().offset() + 1);
        assertThat(store().append(room(), "op-1", "said", data).repeated()).isFalse();
        TestCluster.await(() -> heard().of(room).size() >= 2);
        assertThat(heard().of(room)).containsExactly("said 1", "said 1");
    }

    private void listen(Room room) {
        store().listen(room);
        TestCluster.await(() -> heard().listening.contains(room));
    }

    @Test
    void whoListensHearsItInOrderAndNothingElse() {
        var room = room();
        var other = room();
        listen(room);
        for (int i = 0; i < 50; i++) {
            append(room, "said", Integer.toString(i));
            append(other, "said", "other");
        }
        TestCluster.await(() -> heard().of(room).size() >= 50);
        assertThat(heard().of(room))
                .containsExactlyElementsOf(
                        IntStream.range(0, 50).mapToObj(i -> "said " + i).toList());
        assertThat(heard().of(other)).isEmpty();
        store().unlisten(room);
        append(room, "said", "unheard");
        assertThat(heard().of(room)).doesNotContain("said unheard");
    }

    @Test
    void writersAtOnceGetPlacesOfTheirOwn() throws Exception {
        var room = room();
        var start = head(room);
        var tasks =
                IntStream.range(0, 40)
                        .<Callable<Position>>mapToObj(
                                i -> () -> append(room, "said", Integer.toString(i)))
                        .toList();
        var offsets = new ArrayList<Long>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var written : threads.invokeAll(tasks)) {
                offsets.add(written.get().offset());
            }
        }
        assertThat(offsets)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(2, 42).mapToObj(Long::valueOf).toList());
        var known = (Recovered.Known) store().after(room, Optional.of(start));
        assertThat(known.publications()).hasSize(40);
    }

    @Test
    void aLongHistoryIsReadInPagesAndACutOneIsLost() {
        var room = room();
        var start = head(room);
        Position at = start;
        for (int i = 0; i < KEPT - 10; i++) {
            at = append(room, "said", "1");
        }
        var page = (Recovered.Known) store().after(room, Optional.of(start));
        assertThat(page.more()).isTrue();
        assertThat(page.publications()).hasSize(ChannelStore.PAGE);
        var rest =
                (Recovered.Known)
                        store().after(room, Optional.of(page.publications().getLast().position()));
        assertThat(rest.more()).isFalse();
        assertThat(rest.publications().getLast().position()).isEqualTo(at);
        // A store may keep more than it has to, but not for ever.
        for (int i = 0; i < KEPT; i++) {
            at = append(room, "said", "1");
        }
        assertThat(store().after(room, Optional.of(start))).isEqualTo(new Recovered.Lost(at));
    }

    @Test
    void subscribersOfAllInstancesAreCounted() {
        var room = room();
        var head = head(room);
        assertThat(store().present(room)).isZero();
        assertThat(store().tend(room, "one", 3, LEASE)).isEqualTo(new ChannelStore.Tended(head, 3));
        assertThat(store().tend(room, "other", 2, LEASE).present()).isEqualTo(5);
        assertThat(store().tend(room, "one", 1, LEASE).present()).isEqualTo(3);
        assertThat(store().present(room)).isEqualTo(3);
        store().tend(room, "one", 0, LEASE);
        assertThat(store().present(room)).isEqualTo(2);
    }

    @Test
    void whoIsGoneIsNotCountedForLong() {
        var room = room();
        store().tend(room, "dead", 3, Duration.ofMillis(1));
        store().tend(room, "alive", 1, LEASE);
        TestCluster.await(() -> store().present(room) == 1);
    }

    @Test
    void tenantsAreApart() {
        var name = UUID.randomUUID().toString();
        var one = new Room(Optional.of(new Tenant("one")), name);
        var other = new Room(Optional.of(new Tenant("other")), name);
        listen(one);
        append(other, "said", "secret");
        append(one, "said", "own");
        TestCluster.await(() -> !heard().of(one).isEmpty());
        assertThat(heard().of(one)).containsExactly("said own");
        assertThat(head(other).epoch()).isNotEqualTo(head(one).epoch());
    }
}
