package dev.concertina.starter.channel;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Channels of one instance, gone with it. */
final class MemoryChannelStore implements ChannelStore {
    private final Clock clock;
    private final int kept;
    private final Duration life;
    private final Duration remembered;
    private final Map<Room, History> histories = new ConcurrentHashMap<>();
    private final Set<Room> listened = ConcurrentHashMap.newKeySet();
    private volatile Optional<Listener> listener = Optional.empty();
    private volatile Instant swept;

    MemoryChannelStore(Clock clock, int kept, Duration life, Duration remembered) {
        this.clock = clock;
        this.kept = kept;
        this.life = life;
        this.remembered = remembered;
        this.swept = clock.instant();
    }

    private record Done(Position position, Instant until) {}

    private record Count(long count, Instant until) {}

    /** All of it under its own lock. */
    private final class History {
        private final String epoch = Chance.name();
        private final ArrayDeque<Publication> publications = new ArrayDeque<>();
        private final Map<String, Done> operations = new LinkedHashMap<>();
        private final Map<String, Count> present = new LinkedHashMap<>();
        private Instant end = clock.instant().plus(life);

        History() {
            add("", new byte[0]);
        }

        private Publication add(String event, byte[] data) {
            var last = publications.peekLast();
            var position =
                    new Position(
                            epoch, last == null ? 1 : last.position().offset() + 1, Chance.name());
            var before = last == null ? "" : last.position().mark();
            var publication = new Publication(position, before, event, data);
            publications.addLast(publication);
            if (publications.size() > kept) {
                publications.removeFirst();
            }
            end = clock.instant().plus(life);
            return publication;
        }

        private Position head() {
            return publications.getLast().position();
        }

        private long sum() {
            var now = clock.instant();
            present.values().removeIf(count -> !now.isBefore(count.until()));
            return present.values().stream().mapToLong(Count::count).sum();
        }
    }

    private History history(Room room) {
        var now = clock.instant();
        sweep(now);
        return histories.compute(
                room,
                (r, known) -> known == null || !now.isBefore(known.end) ? new History() : known);
    }

    private void sweep(Instant now) {
        if (now.isAfter(swept.plus(remembered))) {
            swept = now;
            histories.values().removeIf(history -> !now.isBefore(history.end));
        }
    }

    @Override
    public Appended append(Room room, String operation, String event, byte[] data) {
        var history = history(room);
        synchronized (history) {
            var now = clock.instant();
            history.operations.values().removeIf(done -> !now.isBefore(done.until()));
            var done = history.operations.get(operation);
            if (done != null) {
                return new Appended(done.position(), true);
            }
            var publication = history.add(event, data);
            history.operations.put(
                    operation, new Done(publication.position(), now.plus(remembered)));
            // Under the lock, so that it is heard in order; nobody waits who hears it.
            if (listened.contains(room)) {
                listener.ifPresent(hears -> hears.heard(room, publication));
            }
            return new Appended(publication.position(), false);
        }
    }

    @Override
    public Recovered after(Room room, Optional<Position> since) {
        var history = history(room);
        synchronized (history) {
            if (since.isEmpty()) {
                return new Recovered.Lost(history.head());
            }
            var rest = new ArrayList<Publication>();
            boolean found = false;
            for (var publication : history.publications) {
                if (found) {
                    rest.add(publication);
                }
                found |= publication.position().equals(since.get());
            }
            return found
                    ? new Recovered.Known(
                            List.copyOf(rest.subList(0, Math.min(PAGE, rest.size()))),
                            rest.size() > PAGE)
                    : new Recovered.Lost(history.head());
        }
    }

    @Override
    public void hear(Listener listener) {
        this.listener = Optional.of(listener);
    }

    @Override
    public void listen(Room room) {
        listened.add(room);
        listener.ifPresent(hears -> hears.listening(room));
    }

    @Override
    public void unlisten(Room room) {
        listened.remove(room);
    }

    @Override
    public Tended tend(Room room, String instance, long count, Duration lease) {
        var history = history(room);
        synchronized (history) {
            if (count == 0) {
                history.present.remove(instance);
            } else {
                history.end = clock.instant().plus(life);
                history.present.put(instance, new Count(count, clock.instant().plus(lease)));
            }
            return new Tended(history.head(), history.sum());
        }
    }

    @Override
    public long present(Room room) {
        var history = histories.get(room);
        if (history == null) {
            return 0;
        }
        synchronized (history) {
            return history.sum();
        }
    }

    @Override
    public long replaced() {
        return 0;
    }

    @Override
    public void close() {}
}
