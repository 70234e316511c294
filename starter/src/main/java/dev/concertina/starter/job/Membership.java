package dev.concertina.starter.job;

import dev.concertina.starter.request.Outage;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * That this instance is known to live. Its one thread says so, takes back what dead ones had, and
 * enqueues recurring jobs when they are due.
 */
final class Membership {
    private static final Logger log = LoggerFactory.getLogger(Membership.class);

    private final JobStore store;
    private final String instance;
    private final Collection<String> types;
    private final JobSettings settings;
    private final Ticker ticker;
    private final Signal signal = new Signal();
    private final Thread thread;
    private volatile boolean open = true;
    private volatile Lease lease = new Lease(0, System.nanoTime() - 1);
    private volatile Offset offset;
    private boolean away;

    /** The store's clock at a time of our monotonic one. */
    private record Offset(Instant instant, long nanos) {
        Instant at(long other) {
            return instant.plusNanos(other - nanos);
        }
    }

    Membership(
            JobStore store,
            String instance,
            Collection<String> types,
            JobSettings settings,
            Ticker ticker) {
        this.store = store;
        this.instance = instance;
        this.types = types;
        this.settings = settings;
        this.ticker = ticker;
        this.offset = new Offset(Instant.now(), System.nanoTime());
        this.thread =
                Thread.ofPlatform().daemon().name("concertina-jobs-beat").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    Lease lease() {
        return lease;
    }

    /** How long it is, at a time of our monotonic clock, since an instant of the store's. */
    Duration since(Instant instant, long nanos) {
        var since = Duration.between(instant, offset.at(nanos));
        return since.isNegative() ? Duration.ZERO : since;
    }

    private void run() {
        while (open) {
            try {
                signal.await(beat());
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /**
     * @return how long until the next
     */
    private Duration beat() {
        var beat = settings.deadAfter().dividedBy(5);
        if (beat.compareTo(Duration.ofSeconds(2)) > 0) {
            beat = Duration.ofSeconds(2);
        }
        try {
            live();
            rescue();
            long asked = System.nanoTime();
            offset = new Offset(store.now(), asked);
            var due = ticker.tick(offset.instant());
            answered();
            return due.compareTo(beat) < 0 ? due : beat;
        } catch (Outage e) {
            missed(e);
        } catch (RuntimeException e) {
            log.error("Looking after jobs failed; it goes on.", e);
        }
        return beat;
    }

    private void live() {
        long asked = System.nanoTime();
        long owner = lease.owner();
        if (owner == 0 || !store.renew(owner)) {
            if (owner != 0) {
                log.warn(
                        "This instance was silent for {} ms and thought dead; others have its jobs.",
                        settings.deadAfter().toMillis());
            }
            asked = System.nanoTime();
            owner = store.join(instance, types);
        }
        lease = new Lease(owner, asked + settings.deadAfter().toNanos());
    }

    private void rescue() {
        for (var rescued : store.rescue(settings.crashes(), settings.backOff())) {
            if (rescued.back() + rescued.dead() > 0) {
                log.warn(
                        "Instance {} does not live any more; of its jobs {} wait again and {} are"
                                + " dead letters.",
                        rescued.instance(),
                        rescued.back(),
                        rescued.dead());
            }
        }
    }

    private void missed(Outage e) {
        if (!away) {
            away = true;
            log.warn("Jobs are neither claimed nor renewed for now: {}", e.getMessage());
        }
    }

    private void answered() {
        if (away) {
            away = false;
            log.info("Jobs are claimed again.");
        }
    }

    /** Whoever lives takes what this one still has. */
    void leave() {
        open = false;
        signal.give();
        try {
            thread.join(Duration.ofSeconds(2).toMillis());
            if (lease.owner() != 0) {
                store.leave(lease.owner());
            }
        } catch (Outage e) {
            log.debug("others will see for themselves: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
