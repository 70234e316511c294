package dev.concertina.starter.job;

import dev.concertina.starter.codec.ValueCodec;
import dev.concertina.starter.job.JobCounters.Result;
import dev.concertina.starter.request.Outage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Claims jobs and has them done. One thread claims, some do, one notes how it ended. */
final class Engine {
    private static final Logger log = LoggerFactory.getLogger(Engine.class);
    private static final Duration STALE = Duration.ofSeconds(1);
    private static final long HINT_NANOS = Duration.ofMillis(100).toNanos();

    private final JobStore store;
    private final JobSettings settings;
    private final Handlers handlers;
    private final Membership membership;
    private final JobCounters counters;
    private final Rooms rooms;
    private final Shelf shelf;
    private final Endings endings;
    private final Attempt attempt;
    private final Signal signal = new Signal();
    private final List<Thread> workers = new ArrayList<>();
    private final Thread claimer;
    private volatile boolean claiming;
    private volatile boolean working = true;
    private volatile boolean ending;
    private volatile boolean more;
    private volatile boolean unsure;
    private long hintedAt = System.nanoTime() - HINT_NANOS;

    Engine(
            JobStore store,
            JobSettings settings,
            Handlers handlers,
            ValueCodec codec,
            Membership membership,
            JobCounters counters) {
        this.store = store;
        this.settings = settings;
        this.handlers = handlers;
        this.membership = membership;
        this.counters = counters;
        this.rooms = new Rooms(handlers.all(), settings);
        this.shelf = new Shelf(rooms.lanes(), settings.workers());
        this.endings = new Endings(store, this::over);
        this.attempt = new Attempt(store, codec, settings.backOff(), RandomGenerator.getDefault());
        this.claimer =
                Thread.ofPlatform().daemon().name("concertina-jobs-claim").unstarted(this::claim);
        for (int i = 1; i <= settings.workers(); i++) {
            workers.add(
                    Thread.ofPlatform().daemon().name("concertina-job-" + i).unstarted(this::work));
        }
    }

    void start() {
        claiming = true;
        endings.start();
        workers.forEach(Thread::start);
        claimer.start();
        store.listen(signal::give);
    }

    /** So many jobs were enqueued here just now. */
    void wake(int jobs) {
        if (claiming) {
            signal.give();
        }
        if (!claiming || jobs > settings.workers() - shelf.held()) {
            store.hint();
        }
    }

    /** Somebody else said that there may be something. */
    void wake() {
        signal.give();
    }

    private void claim() {
        while (claiming) {
            try {
                signal.await(claimed());
            } catch (InterruptedException e) {
                return;
            } catch (Outage e) {
                log.debug("nothing is claimed: {}", e.getMessage());
                // The answer may be what was lost, and not the claim.
                unsure = true;
                pause(Duration.ofMillis(250));
            } catch (RuntimeException e) {
                log.error("Claiming jobs failed; it goes on.", e);
                pause(settings.poll());
            }
        }
    }

    /**
     * Claims once.
     *
     * @return how long to wait before the next time, if nobody says otherwise
     */
    private Duration claimed() {
        var lease = membership.lease();
        if (!lease.holds(System.nanoTime())) {
            return Duration.ofMillis(50);
        }
        if (unsure) {
            store.keepOnly(lease.owner(), shelf.fences());
            unsure = false;
        }
        withdrawStale();
        // Said before the look, so that whoever ends after it is heard.
        more = true;
        var lanes = rooms.now(shelf);
        if (lanes.stream().allMatch(lane -> lane.room() == 0)) {
            return settings.poll();
        }
        var taken = store.claim(lease.owner(), lanes);
        long now = System.nanoTime();
        var counts = new int[lanes.size()];
        for (var claim : taken.claims()) {
            counts[claim.lane()]++;
            var handler = handlers.of(claim.type()).orElseThrow();
            shelf.add(new Held(claim, handler, claim.lane(), lease.owner(), now));
        }
        boolean full = false;
        boolean left = false;
        for (int i = 0; i < counts.length; i++) {
            int room = lanes.get(i).room();
            full |= room > 0 && counts[i] == room;
            left |= counts[i] == room;
        }
        more = left;
        if (full) {
            hintOthers(now);
            if (shelf.held() < settings.workers()) {
                return Duration.ZERO;
            }
        }
        return taken.again()
                .filter(again -> again.compareTo(settings.poll()) < 0)
                .orElse(settings.poll());
    }

    // Whoever has all hands full lets the others know that there is more.
    private void hintOthers(long now) {
        if (shelf.held() >= settings.workers() && now - hintedAt > HINT_NANOS) {
            hintedAt = now;
            store.hint();
        }
    }

    private void withdrawStale() {
        for (var held : shelf.withdraw(System.nanoTime() - STALE.toNanos())) {
            endings.add(held, new Ending.Back(held.claim(), Duration.ZERO, ""));
        }
    }

    private void pause(Duration time) {
        try {
            signal.await(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void work() {
        while (working) {
            try {
                var held = shelf.take(Duration.ofSeconds(1));
                if (held != null) {
                    work(held);
                }
            } catch (InterruptedException e) {
                // Whether to go on is said elsewhere.
            }
        }
    }

    private void work(Held held) {
        var type = held.handler().name();
        if (!holds(held)) {
            over(held);
            counters.ended(type, Result.LOST, Duration.ZERO);
            return;
        }
        long started = System.nanoTime();
        counters.started(type, waited(held, started));
        var outcome = attempt.of(held, () -> holds(held), () -> ending);
        long took = System.nanoTime() - started;
        counters.ended(type, outcome.result(), Duration.ofNanos(took));
        shelf.took(took);
        outcome.noted().ifPresentOrElse(note -> endings.add(held, note), () -> over(held));
        outcome.fatal()
                .ifPresent(error -> {
                    throw error;
                });
    }

    private Duration waited(Held held, long now) {
        var onShelf = Duration.ofNanos(now - held.sinceNanos());
        return membership.since(held.claim().dueAt(), held.sinceNanos()).plus(onShelf);
    }

    private boolean holds(Held held) {
        var lease = membership.lease();
        return lease.owner() == held.owner() && lease.holds(System.nanoTime());
    }

    private void over(Held held) {
        shelf.remove(held);
        if (more && shelf.waiting() <= shelf.ahead() / 2) {
            signal.give();
        }
    }

    /** Claims nothing more, and lets others have what is not begun. */
    int stopClaiming() throws InterruptedException {
        claiming = false;
        signal.give();
        claimer.join(Duration.ofSeconds(2).toMillis());
        var withdrawn = shelf.withdraw(Long.MAX_VALUE / 2 + System.nanoTime());
        withdrawn.forEach(
                held -> endings.add(held, new Ending.Back(held.claim(), Duration.ZERO, "")));
        return withdrawn.size();
    }

    /**
     * Waits for what is being done, interrupts what is not done in time, and gives it back.
     *
     * @return how many were interrupted
     */
    int stop(Duration within) throws InterruptedException {
        long end = System.nanoTime() + within.toNanos();
        // What it takes to give jobs back.
        long patience = end - Math.min(Duration.ofSeconds(2).toNanos(), within.toNanos() / 4);
        await(patience);
        int left = shelf.held();
        ending = true;
        working = false;
        workers.forEach(Thread::interrupt);
        await(end - Math.min(Duration.ofMillis(500).toNanos(), within.toNanos() / 8));
        endings.close(TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime()));
        return left;
    }

    private void await(long untilNanos) throws InterruptedException {
        while (shelf.held() > 0 && untilNanos - System.nanoTime() > 0) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    /** Jobs this instance has. */
    int held() {
        return shelf.held();
    }
}
