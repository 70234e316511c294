package dev.concertina.starter.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.live.Broadcast;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One channel on an instance, its subscribers who come and go, and a store that loses connections,
 * histories and fail-overs: thousands of runs from printed seeds, in one thread. Each guard that is
 * taken out is found.
 */
class FeedSimulationTest {
    private static final int RUNS = Integer.getInteger("simulation.runs", 3000);
    private static final int STEPS = 120;
    private static final Room ROOM = new Room(Optional.empty(), "room");

    /** A guard that is missing. */
    enum Fault {
        NONE,
        /** The next one is taken whatever its offset. */
        NO_GAP_CHECK,
        /** Offsets alone say what follows. */
        NO_EPOCH_CHECK,
        /** A position of another history is taken for one of this. */
        NO_POSITION_CHECK,
        /** What is sent again is published again. */
        NO_OPERATION,
        /** After listening began anew nothing is read. */
        NO_CATCHING_UP,
        /** Where the history ends is not compared. */
        NO_COMPARISON,
        /** An end of the history before what was heard is taken for an answer that came late. */
        NO_LOST_END
    }

    @Test
    void nothingIsLostInSilenceAndNothingComesTwice() {
        long resets = 0;
        long received = 0;
        for (long seed = 0; seed < RUNS; seed++) {
            var world = new World(seed, Fault.NONE);
            world.run();
            assertThat(world.faults()).as("seed %d", seed).isEmpty();
            resets += world.broadcast.resets();
            received += world.broadcast.received();
        }
        System.out.printf("%d runs: %d received, %d resets%n", RUNS, received, resets);
        assertThat(received).isGreaterThan(RUNS);
        assertThat(resets).isPositive();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aGuardThatIsMissingIsFound(Fault fault) {
        for (long seed = 0; seed < RUNS; seed++) {
            var world = new World(seed, fault);
            world.run();
            if (!world.faults().isEmpty()) {
                System.out.printf("%s: seed %d, %s%n", fault, seed, world.faults().getFirst());
                return;
            }
        }
        throw new AssertionError(fault + " was not found in " + RUNS + " runs");
    }

    /** A sequence without some guard. */
    private static Sequence sequence(Fault fault, Optional<Position> at, Consumer<Told> out) {
        return new Sequence(at, out) {
            @Override
            boolean follows(Publication publication) {
                return switch (fault) {
                    case NO_GAP_CHECK ->
                            at().filter(last -> last.epoch().equals(publication.position().epoch()))
                                    .isPresent();
                    case NO_EPOCH_CHECK ->
                            at().filter(last ->
                                            last.offset() + 1 == publication.position().offset())
                                    .isPresent();
                    default -> super.follows(publication);
                };
            }

            @Override
            boolean doubt() {
                var reads = super.doubt();
                if (fault == Fault.NO_CATCHING_UP && reads && at().isPresent()) {
                    startAt(at().get());
                    return false;
                }
                return reads;
            }
        };
    }

    private static final class World implements ChannelStore {
        private final Random random;
        private final Fault fault;
        private final Broadcast broadcast = new Broadcast();
        private final ArrayDeque<Runnable> background = new ArrayDeque<>();
        private final ArrayDeque<Publication> underWay = new ArrayDeque<>();
        private final List<Client> clients = new ArrayList<>();
        private final Map<String, Position> operations = new HashMap<>();
        private List<Publication> history = new ArrayList<>();
        private String epoch = "aaaaaaaa";
        private boolean attached;
        private boolean quiet;
        private int number;
        private int depth;
        private final List<String> silent = new ArrayList<>();
        private final Feed feed;

        World(long seed, Fault fault) {
            this.random = new Random(seed);
            this.fault = fault;
            this.feed =
                    new Feed(
                            ROOM,
                            this,
                            new Counters(),
                            background::add,
                            (at, out) -> sequence(fault, at, out));
            begin();
        }

        /** A subscriber: it notes what it is told, and comes back with the last position. */
        private final class Client implements Teller {
            private final Broadcast.Log log;
            private Optional<Position> position = Optional.empty();
            private Optional<Subscription> subscription = Optional.empty();

            Client(String name) {
                this.log = broadcast.subscriber(name);
            }

            void join() {
                subscription = Optional.of(feed.join(this, position, Duration.ofSeconds(1)));
            }

            void leave() {
                subscription.ifPresent(Subscription::leave);
                subscription = Optional.empty();
            }

            @Override
            public void awaitRoom() {}

            @Override
            public void offer(Room room, Told told) {
                switch (told) {
                    case Told.Opened(Position at, boolean resumed) -> {
                        if (position.isEmpty()) {
                            log.anew();
                            position = Optional.of(at);
                        }
                    }
                    case Told.Message(Publication publication) -> {
                        position = Optional.of(publication.position());
                        log.got("p", number(publication), publication.position().toString());
                    }
                    case Told.Reset(Position at) -> {
                        position = Optional.of(at);
                        log.reset();
                    }
                }
            }
        }

        private String name() {
            var name = new StringBuilder();
            for (int i = 0; i < 8; i++) {
                name.append((char) ('a' + random.nextInt(26)));
            }
            return name.toString();
        }

        private void begin() {
            if (history.isEmpty()) {
                epoch = name();
                add("", "");
            }
        }

        private Publication add(String event, String data) {
            var last = history.isEmpty() ? Optional.<Position>empty() : Optional.of(head());
            var position = new Position(epoch, last.map(Position::offset).orElse(0L) + 1, name());
            var publication =
                    new Publication(
                            position,
                            last.map(Position::mark).orElse(""),
                            event,
                            data.getBytes(StandardCharsets.UTF_8));
            history.add(publication);
            if (attached) {
                underWay.add(publication);
            }
            return publication;
        }

        private Position head() {
            return history.getLast().position();
        }

        void run() {
            quiet = true;
            attached = true;
            feed.listening();
            work();
            quiet = false;
            for (int i = 0; i < 3; i++) {
                var client = new Client("c" + i);
                clients.add(client);
                client.join();
            }
            for (int i = 0; i < STEPS; i++) {
                step();
            }
            settle();
        }

        private void step() {
            switch (random.nextInt(25)) {
                case 0 -> detach();
                case 1, 2 -> attach();
                case 3 -> cut();
                case 4 -> {
                    if (random.nextInt(6) == 0) {
                        restart();
                    }
                }
                case 5 -> {
                    if (random.nextInt(4) == 0) {
                        failOver();
                    }
                }
                case 6, 7 -> any().ifPresent(Client::leave);
                case 8, 9, 10 ->
                        any().filter(client -> client.subscription.isEmpty())
                                .ifPresent(Client::join);
                case 11, 12, 13 -> deliver();
                case 14, 15, 16, 17 -> work(1);
                case 18 -> compare();
                case 19 -> underWay.poll(); // Lost, and nobody notices.
                default -> publish();
            }
        }

        // None while the channel is only found.
        private Optional<Client> any() {
            return clients.isEmpty()
                    ? Optional.empty()
                    : Optional.of(clients.get(random.nextInt(clients.size())));
        }

        private void publish() {
            begin();
            int mine = ++number;
            var operation = "op" + mine;
            append(ROOM, operation, "e", Integer.toString(mine).getBytes(StandardCharsets.UTF_8));
            // Its answer is lost, and it is asked again.
            if (random.nextInt(5) == 0) {
                append(
                        ROOM,
                        operation,
                        "e",
                        Integer.toString(mine).getBytes(StandardCharsets.UTF_8));
            }
            broadcast.acknowledged("p", mine);
        }

        /** The connection is lost, with what was under way on it. */
        private void detach() {
            if (attached) {
                attached = false;
                int arrive = random.nextInt(underWay.size() + 1);
                for (int i = 0; i < arrive; i++) {
                    deliver();
                }
                underWay.clear();
                feed.deaf();
            }
        }

        private void attach() {
            if (!attached) {
                attached = true;
                feed.listening();
            }
        }

        private void cut() {
            int keep = 1 + random.nextInt(history.size());
            if (random.nextInt(3) == 0) {
                history = new ArrayList<>(history.subList(history.size() - keep, history.size()));
            }
        }

        /** All is gone. */
        private void restart() {
            detach();
            history.clear();
            operations.clear();
            begin();
        }

        /**
         * The end is gone: acknowledged, and lost by the store. The connection shows it or, being
         * to a server that is well and nobody's any more, does not. Readings share a connection, so
         * none of the old server's is under way when the new one's begin.
         */
        private void failOver() {
            if (depth > 0 || random.nextBoolean()) {
                detach();
            }
            underWay.clear();
            for (int i = random.nextInt(4); i > 0 && history.size() > 1; i--) {
                var lost = history.removeLast();
                if (!lost.isOrigin()) {
                    broadcast.unsure("p", number(lost));
                }
            }
        }

        private void deliver() {
            if (!underWay.isEmpty()) {
                feed.heard(underWay.remove());
            }
        }

        private void work(int most) {
            for (int i = 0; i < most && !background.isEmpty(); i++) {
                background.remove().run();
            }
        }

        private void work() {
            while (!background.isEmpty()) {
                work(1);
            }
        }

        private void settle() {
            quiet = true;
            attach();
            for (var client : clients) {
                if (client.subscription.isEmpty()) {
                    client.join();
                }
            }
            for (int i = 0; i < 10; i++) {
                deliverAll();
                compare();
            }
            clients.forEach(this::expectAtEnd);
            // The first may be what shows that an end was lost, which is said by a reset. The last
            // shows that all are still there.
            for (int last = 0; last < 2; last++) {
                publish();
                for (int i = 0; i < 10; i++) {
                    deliverAll();
                    compare();
                }
            }
        }

        private void deliverAll() {
            work();
            while (!underWay.isEmpty()) {
                deliver();
                work();
            }
        }

        /** Nothing more has to be published for anybody to hear of the last. */
        private void expectAtEnd(Client client) {
            if (!client.position.equals(Optional.of(head()))) {
                silent.add(
                        "a subscriber stands at "
                                + client.position
                                + ", where the history ends at "
                                + head());
            }
        }

        private static int number(Publication publication) {
            return Integer.parseInt(new String(publication.data(), StandardCharsets.UTF_8));
        }

        private List<String> faults() {
            return Stream.concat(silent.stream(), broadcast.faults().stream()).toList();
        }

        // What is answered was true when it was asked; the world goes on until it arrives.
        private void compare() {
            var before = fault == Fault.NO_LOST_END ? Optional.<Position>empty() : feed.at();
            var head = head();
            goOn();
            if (fault != Fault.NO_COMPARISON) {
                feed.compare(before, head);
            }
        }

        private void goOn() {
            if (!quiet && depth < 2) {
                depth++;
                for (int i = random.nextInt(4); i > 0; i--) {
                    step();
                }
                depth--;
            }
        }

        @Override
        public Appended append(Room room, String operation, String event, byte[] data) {
            var done = operations.get(operation);
            if (done != null && fault != Fault.NO_OPERATION) {
                return new Appended(done, true);
            }
            var position = add(event, new String(data, StandardCharsets.UTF_8)).position();
            operations.put(operation, position);
            return new Appended(position, false);
        }

        // The answer is what it was when it was made; the world goes on until it arrives.
        @Override
        public Recovered after(Room room, Optional<Position> since) {
            begin();
            var answer = answer(since);
            goOn();
            return answer;
        }

        private Recovered answer(Optional<Position> since) {
            if (since.isEmpty()) {
                return new Recovered.Lost(head());
            }
            int page = 1 + random.nextInt(5);
            for (int i = 0; i < history.size(); i++) {
                var at = history.get(i).position();
                if (fault == Fault.NO_POSITION_CHECK
                        ? at.offset() == since.get().offset()
                        : at.equals(since.get())) {
                    int end = Math.min(history.size(), i + 1 + page);
                    return new Recovered.Known(
                            List.copyOf(history.subList(i + 1, end)), end < history.size());
                }
            }
            return new Recovered.Lost(head());
        }

        @Override
        public void hear(Listener listener) {}

        @Override
        public void listen(Room room) {}

        @Override
        public void unlisten(Room room) {}

        @Override
        public Tended tend(Room room, String instance, long count, Duration lease) {
            return new Tended(head(), count);
        }

        @Override
        public long present(Room room) {
            return 0;
        }

        @Override
        public long replaced() {
            return 0;
        }

        @Override
        public void close() {}
    }
}
