package dev.concertina.starter.channel;

import dev.concertina.starter.request.Outage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All channels this instance has subscribers of, and their connections. */
final class Feeds implements ChannelStore.Listener, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Feeds.class);
    private static final Duration TICK = Duration.ofSeconds(1);

    /** A channel whose last subscriber has left is listened to for a while: many come back. */
    private static final int LINGER_TICKS = 10;

    private final ChannelStore store;
    private final ChannelSettings settings;
    private final Counters counters;
    private final String instance;
    private final Map<Room, Entry> entries = new ConcurrentHashMap<>();
    private final Set<Pipe> pipes = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("concertina-channels").factory());
    // Not the clock: that asks the store, and may have to wait for it.
    private final ScheduledExecutorService beats =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("concertina-channel-beats").factory());
    private final Pipe.Works works;
    private volatile boolean leaving;

    /** A feed and who uses it. */
    private static final class Entry {
        private final Feed feed;
        private final AtomicInteger uses = new AtomicInteger();
        // Of the clock alone.
        private int told = -1;
        private int ticks;
        private int unused;

        Entry(Feed feed) {
            this.feed = feed;
        }
    }

    /**
     * @param instance names this process among those that count subscribers
     */
    Feeds(ChannelStore store, ChannelSettings settings, Counters counters, String instance) {
        this.store = store;
        this.settings = settings;
        this.counters = counters;
        this.instance = instance;
        var writers = Thread.ofVirtual().name("concertina-channel").factory();
        this.works = new Pipe.Works(task -> writers.newThread(task).start(), beats);
        store.hear(this);
        var unused =
                clock.scheduleWithFixedDelay(
                        this::tick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    boolean leaving() {
        return leaving;
    }

    int subscribers() {
        return entries.values().stream().mapToInt(entry -> entry.uses.get()).sum();
    }

    long replaced() {
        return store.replaced();
    }

    boolean full() {
        return pipes.size() >= settings.subscribersMax();
    }

    /** A pipe that is ended with all others when the instance leaves. */
    Pipe pipe(Outlet outlet) {
        var pipe =
                new Pipe(
                        outlet,
                        counters,
                        settings.queue(),
                        settings.beat(),
                        settings.subscription(),
                        works);
        pipes.add(pipe);
        // Whoever came in just before the door was shut.
        if (leaving) {
            var unused = pipe.end(Ending.LEAVING, Duration.ZERO);
        }
        return pipe;
    }

    void forget(Pipe pipe) {
        pipes.remove(pipe);
    }

    /**
     * @throws Outage if the channel cannot be heard
     */
    Subscription join(Room room, Pipe pipe, Optional<Position> since) {
        var entry = acquire(room);
        try {
            return entry.feed.join(pipe, since, settings.patience());
        } catch (Outage e) {
            entry.uses.decrementAndGet();
            throw e;
        }
    }

    private Entry acquire(Room room) {
        var fresh = new boolean[1];
        var entry =
                entries.compute(
                        room,
                        (r, known) -> {
                            fresh[0] = known == null;
                            var it = known == null ? new Entry(feed(r, store, counters)) : known;
                            it.uses.incrementAndGet();
                            return it;
                        });
        if (fresh[0]) {
            store.listen(room);
        }
        return entry;
    }

    private static Feed feed(Room room, ChannelStore store, Counters counters) {
        var threads = Thread.ofVirtual().name("concertina-catching-up").factory();
        return new Feed(
                room, store, counters, task -> threads.newThread(task).start(), Sequence::new);
    }

    void leave(Room room, Subscription subscription) {
        subscription.leave();
        var entry = entries.get(room);
        if (entry != null) {
            entry.uses.decrementAndGet();
        }
    }

    @Override
    public void heard(Room room, Publication publication) {
        feed(room).ifPresent(feed -> feed.heard(publication));
    }

    @Override
    public void listening(Room room) {
        feed(room).ifPresent(Feed::listening);
    }

    @Override
    public void deaf(Room room) {
        feed(room).ifPresent(Feed::deaf);
    }

    private Optional<Feed> feed(Room room) {
        return Optional.ofNullable(entries.get(room)).map(entry -> entry.feed);
    }

    private void tick() {
        entries.forEach((room, entry) -> {
            try {
                tend(room, entry);
            } catch (Outage e) {
                log.debug("{} is not tended: {}", room, e.getMessage());
            } catch (RuntimeException e) {
                log.warn("{} is not tended.", room, e);
            }
        });
    }

    private void tend(Room room, Entry entry) {
        int uses = entry.uses.get();
        entry.unused = uses == 0 ? entry.unused + 1 : 0;
        entry.ticks++;
        long every = Math.max(1, settings.check().toMillis() / TICK.toMillis());
        if (uses != entry.told || entry.ticks % every == 0) {
            var before = entry.feed.at();
            var tended = store.tend(room, instance, uses, settings.lease());
            entry.told = uses;
            entry.feed.compare(before, tended.head());
        }
        if (entry.unused > LINGER_TICKS) {
            drop(room);
        }
    }

    private void drop(Room room) {
        var dropped = new boolean[1];
        entries.computeIfPresent(
                room,
                (r, entry) -> {
                    dropped[0] = entry.uses.get() == 0;
                    if (dropped[0]) {
                        entry.feed.stop();
                        store.unlisten(r);
                    }
                    return dropped[0] ? null : entry;
                });
    }

    /** Nobody else is let in, and those who are in are sent elsewhere, one after the other. */
    int leave(Duration within) throws InterruptedException {
        leaving = true;
        var all = List.copyOf(pipes);
        long gap = all.isEmpty() ? 0 : within.toNanos() / all.size();
        long next = System.nanoTime();
        int ended = 0;
        for (var pipe : all) {
            next += gap;
            TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
            if (pipe.end(Ending.LEAVING, Duration.ofMillis(Chance.upTo(1000)))) {
                ended++;
            }
        }
        return ended;
    }

    @Override
    public void close() {
        leaving = true;
        clock.shutdownNow();
        pipes.forEach(pipe -> pipe.end(Ending.LEAVING, Duration.ZERO));
        beats.shutdownNow();
        entries.forEach((room, entry) -> {
            try {
                var unused = store.tend(room, instance, 0, settings.lease());
            } catch (RuntimeException e) {
                log.debug("what was counted of {} ends with its lease", room);
            }
        });
        store.close();
    }
}
