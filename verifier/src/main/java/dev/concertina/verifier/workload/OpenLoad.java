package dev.concertina.verifier.workload;

import dev.concertina.fleet.manifest.Manifest.Step;
import dev.concertina.verifier.history.RunClock;
import dev.concertina.verifier.http.Client;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/**
 * Load in the open model: users arrive on schedule whether or not those before them were served, as
 * people do. Each takes one journey from its first step to its last, or until a step fails.
 */
public final class OpenLoad {
    private static final int IN_FLIGHT_MAX = 2_000;
    private static final long BEHIND_MAX = Duration.ofSeconds(5).toNanos();

    private final String check;
    private final List<List<Step>> journeys;
    private final Users users;
    private final Client client;
    private final RunClock clock;
    private final RandomGenerator random;
    private final double requestsPerSecond;

    private final Semaphore free = new Semaphore(IN_FLIGHT_MAX);
    private final AtomicLong dropped = new AtomicLong();
    private volatile boolean stopping;
    private volatile boolean fellBehind;
    private long arrived;

    /**
     * @param check under whose name the requests are recorded
     * @param random decides who takes which journey; used by the arrivals' thread alone
     */
    public OpenLoad(
            String check,
            List<List<Step>> journeys,
            int requestsPerSecond,
            Users users,
            Client client,
            RunClock clock,
            RandomGenerator random) {
        this.check = check;
        this.journeys = journeys;
        this.requestsPerSecond = requestsPerSecond;
        this.users = users;
        this.client = client;
        this.clock = clock;
        this.random = random;
    }

    /** Load that is running. */
    public interface Running extends AutoCloseable {
        /** Lets nobody arrive any more, waits for those under way, and counts. */
        Offered stop() throws InterruptedException;

        /** Lets nobody arrive any more. */
        @Override
        void close();
    }

    /**
     * What the schedule asked for and what became of it.
     *
     * @param offered users that should have arrived
     * @param dropped of these, sent away because too many were under way
     * @param fellBehind the schedule was given up: this machine could not keep it
     */
    public record Offered(long offered, long dropped, Duration lasted, boolean fellBehind) {

        /** Whether what was seen is what the schedule asked for. */
        public boolean kept() {
            return !fellBehind && dropped == 0 && offered > 0;
        }
    }

    public Running start() {
        long begin = clock.nanos();
        var arrivals = Thread.ofPlatform().name("arrivals").daemon().start(() -> arrive(begin));
        return new Running() {
            @Override
            public Offered stop() throws InterruptedException {
                close();
                arrivals.join();
                long lasted = clock.nanos() - begin;
                free.acquire(IN_FLIGHT_MAX);
                return new Offered(arrived, dropped.get(), Duration.ofNanos(lasted), fellBehind);
            }

            @Override
            public void close() {
                stopping = true;
            }
        };
    }

    private void arrive(long begin) {
        double intended = begin;
        try {
            while (!stopping && !fellBehind) {
                clock.awaitUntil((long) intended);
                var journey = journeys.get(random.nextInt(journeys.size()));
                admit(journey, (long) intended);
                intended += journey.size() * 1e9 / requestsPerSecond;
                fellBehind = clock.nanos() - intended > BEHIND_MAX;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void admit(List<Step> journey, long intended) {
        arrived++;
        if (!free.tryAcquire()) {
            dropped.incrementAndGet();
            return;
        }
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        walk(journey, intended);
                    } finally {
                        free.release();
                    }
                });
    }

    private void walk(List<Step> journey, long intended) {
        var user = users.next();
        long start = intended;
        for (var step : journey) {
            if (!user.take(step, client, check, start).ok()) {
                return;
            }
            start = clock.nanos();
        }
    }
}
