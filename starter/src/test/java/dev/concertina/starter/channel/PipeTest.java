package dev.concertina.starter.channel;

import static dev.concertina.starter.testing.TestCluster.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One writer at a time, nothing forgotten between two of them, and one end. */
class PipeTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(20);
    private static final int MAX = 100_000;

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final AtomicInteger writers = new AtomicInteger();
    private final Pipe.Works works =
            new Pipe.Works(
                    task -> {
                        writers.incrementAndGet();
                        var unused = Thread.ofVirtual().start(task);
                    },
                    clock);
    private final Counters counters = new Counters();
    private final Recorder outlet = new Recorder();
    private final AtomicInteger over = new AtomicInteger();

    @AfterEach
    void stop() {
        clock.shutdownNow();
    }

    /** Keeps what is written, and sees whether two write at one time. */
    private static class Recorder implements Outlet {
        private final List<Word> words = Collections.synchronizedList(new ArrayList<>());
        private final List<Ending> ends = new CopyOnWriteArrayList<>();
        private final AtomicInteger inside = new AtomicInteger();
        private final AtomicInteger together = new AtomicInteger();
        private final AtomicInteger beats = new AtomicInteger();
        private final AtomicInteger closed = new AtomicInteger();
        private volatile Optional<CountDownLatch> held = Optional.empty();
        private volatile Runnable onBeat = () -> {};
        private volatile Optional<Thread> beater = Optional.empty();
        private volatile Optional<Thread> writer = Optional.empty();
        private volatile boolean broken;

        @Override
        public void write(List<Word> now) throws IOException {
            if (inside.incrementAndGet() > 1) {
                together.incrementAndGet();
            }
            held.ifPresent(PipeTest::awaitRelease);
            if (broken) {
                throw new IOException("the client is gone");
            }
            writer = Optional.of(Thread.currentThread());
            words.addAll(now);
            inside.decrementAndGet();
        }

        @Override
        public void beat() {
            beats.incrementAndGet();
            onBeat.run();
        }

        @Override
        public void end(Ending why, Duration retry) {
            ends.add(why);
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }

    private static void awaitRelease(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Pipe pipe(int max, Duration beat, Duration life) {
        return new Pipe(outlet, counters, max, beat, life, works);
    }

    private static Room room(int number) {
        return new Room(Optional.empty(), "room" + number);
    }

    private static Told message(int offset) {
        return new Told.Message(
                new Publication(
                        new Position("aaaaaaaa", offset, "mark0000"),
                        "mark0000",
                        "said",
                        new byte[] {'1'}));
    }

    private static long offset(Outlet.Word word) {
        return word.told() instanceof Told.Message(Publication publication)
                ? publication.position().offset()
                : 0;
    }

    @Test
    void whatManyOfferAtOneTimeIsWrittenOnceAndInEachOnesOrder() throws Exception {
        int rooms = 4;
        int each = 2_000;
        var pipe = pipe(MAX, LONG, LONG);
        pipe.start(over::incrementAndGet);
        var offering = new ArrayList<Thread>();
        for (int number = 0; number < rooms; number++) {
            var room = room(number);
            offering.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                for (int i = 1; i <= each; i++) {
                                    pipe.offer(room, message(i));
                                    // Writers end and begin between the words.
                                    LockSupport.parkNanos(i % 8 == 0 ? 20_000 : 0);
                                }
                            }));
        }
        for (var thread : offering) {
            thread.join();
        }
        await(() -> outlet.words.size() == rooms * each);
        assertThat(outlet.together).hasValue(0);
        assertThat(writers.get()).isGreaterThan(1);
        for (int number = 0; number < rooms; number++) {
            var room = room(number);
            var offsets =
                    outlet.words.stream()
                            .filter(word -> word.room().equals(room))
                            .map(PipeTest::offset)
                            .toList();
            assertThat(offsets).isSorted().doesNotHaveDuplicates().hasSize(each);
        }
        assertThat(over).hasValue(0);
    }

    @Test
    void whatIsOfferedBeforeTheStartIsWrittenAfterIt() {
        var pipe = pipe(MAX, LONG, LONG);
        pipe.offer(room(1), message(1));
        assertThat(writers).hasValue(0);
        pipe.start(over::incrementAndGet);
        await(() -> outlet.words.size() == 1);
    }

    @Test
    void aClientThatDoesNotTakeItGetsWhatWaitsAndIsSentAway() {
        var release = new CountDownLatch(1);
        outlet.held = Optional.of(release);
        var pipe = pipe(3, LONG, LONG);
        pipe.start(over::incrementAndGet);
        pipe.offer(room(1), message(1));
        await(() -> outlet.inside.get() == 1);
        for (int i = 2; i <= 10; i++) {
            pipe.offer(room(1), message(i));
        }
        release.countDown();
        await(() -> over.get() == 1);
        assertThat(outlet.words.stream().map(PipeTest::offset)).containsExactly(1L, 2L, 3L, 4L);
        assertThat(outlet.ends).containsExactly(Ending.SLOW);
        assertThat(outlet.closed).hasValue(1);
        assertThat(counters.slow.sum()).isEqualTo(1);
    }

    @Test
    void whoIsSilentSaysThatItLives() {
        pipe(MAX, SHORT, LONG).start(over::incrementAndGet);
        await(() -> outlet.beats.get() >= 3);
        assertThat(over).hasValue(0);
    }

    /** Offered when the writer has looked for the last time, and is still there. */
    @Test
    void whatComesWhileAWriterEndsIsWrittenByIt() {
        var pipe = pipe(MAX, SHORT, LONG);
        outlet.onBeat =
                () -> {
                    outlet.onBeat = () -> {};
                    outlet.beater = Optional.of(Thread.currentThread());
                    pipe.offer(room(1), message(1));
                };
        pipe.start(over::incrementAndGet);
        await(() -> outlet.beats.get() >= 3);
        assertThat(outlet.words).hasSize(1);
        assertThat(outlet.writer).isEqualTo(outlet.beater);
    }

    @Test
    void itEndsWhenItsTimeIsOver() {
        pipe(MAX, LONG, SHORT).start(over::incrementAndGet);
        await(() -> over.get() == 1);
        assertThat(outlet.ends).containsExactly(Ending.EXPIRED);
        assertThat(outlet.closed).hasValue(1);
    }

    @Test
    void aClientThatIsGoneIsToldNothingMore() {
        var release = new CountDownLatch(1);
        outlet.held = Optional.of(release);
        var pipe = pipe(MAX, LONG, LONG);
        pipe.start(over::incrementAndGet);
        pipe.offer(room(1), message(1));
        await(() -> outlet.inside.get() == 1);
        pipe.gone();
        outlet.broken = true;
        release.countDown();
        await(() -> over.get() == 1);
        pipe.offer(room(1), message(2));
        assertThat(pipe.end(Ending.LEAVING, Duration.ZERO)).isFalse();
        assertThat(outlet.ends).isEmpty();
        assertThat(outlet.closed).hasValue(1);
        assertThat(over).hasValue(1);
    }

    @Test
    void whoLeftBeforeTheStartIsTakenOutByIt() {
        var pipe = pipe(MAX, LONG, LONG);
        pipe.gone();
        pipe.start(over::incrementAndGet);
        await(() -> over.get() == 1);
        assertThat(outlet.ends).isEmpty();
        assertThat(outlet.closed).hasValue(1);
    }
}
