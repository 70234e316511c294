package dev.concertina.starter.job;

import dev.concertina.starter.request.Outage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the whole now and then, and says when somebody should. */
final class Watch {
    private static final Logger log = LoggerFactory.getLogger(Watch.class);

    /** Looking takes no more than a hundredth of the time. */
    private static final int RARE = 100;

    private final Backend backend;
    private final JobSettings settings;
    private final Consumer<Desk.Overview> seen;
    private final Signal signal = new Signal();
    private final Thread thread;
    private volatile boolean open = true;
    private volatile List<String> alerts = List.of();

    /**
     * @param seen told of each look
     */
    Watch(Backend backend, JobSettings settings, Consumer<Desk.Overview> seen) {
        this.backend = backend;
        this.settings = settings;
        this.seen = seen;
        this.thread =
                Thread.ofPlatform().daemon().name("concertina-jobs-watch").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** What somebody should look at; empty when all is well. */
    List<String> alerts() {
        return alerts;
    }

    private void run() {
        while (open) {
            long took = look();
            long rarely = Math.max(settings.alert().every().toNanos(), took * RARE);
            try {
                signal.await(Duration.ofNanos(rarely));
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private long look() {
        long began = System.nanoTime();
        try {
            var overview = backend.desk().overview();
            seen.accept(overview);
            tell(found(overview, settings.alert()));
            backend.store().clean();
        } catch (Outage e) {
            log.debug("jobs are not looked at: {}", e.getMessage());
        } catch (RuntimeException e) {
            log.error("Looking at jobs failed; it goes on.", e);
        }
        return System.nanoTime() - began;
    }

    static List<String> found(Desk.Overview overview, JobSettings.Alert alert) {
        var found = new ArrayList<String>();
        if (overview.age().compareTo(alert.age()) >= 0) {
            found.add(
                    "the oldest job that is due has been for "
                            + overview.age().toSeconds()
                            + " s (concertina.job.alert.age is "
                            + alert.age().toSeconds()
                            + " s)");
        }
        alert.depth()
                .filter(depth -> overview.due() >= depth)
                .ifPresent(depth ->
                        found.add(
                                overview.due()
                                        + " jobs are due (concertina.job.alert.depth is "
                                        + depth
                                        + ")"));
        if (overview.dead() >= alert.dead()) {
            found.add(
                    overview.dead()
                            + " dead letters (concertina.job.alert.dead is "
                            + alert.dead()
                            + ")");
        }
        overview.kinds().stream()
                .filter(kind -> !kind.handled() && kind.due() + kind.later() > 0)
                .forEach(kind ->
                        found.add(
                                kind.due()
                                        + kind.later()
                                        + " jobs named '"
                                        + kind.type()
                                        + "' wait, but no instance that works has a handler"));
        return found;
    }

    // Once for each kind of trouble, not with every number that changes.
    private void tell(List<String> found) {
        var before = alerts;
        alerts = List.copyOf(found);
        if (found.size() > before.size()) {
            log.warn("Jobs: {}.", String.join("; ", found));
        } else if (found.isEmpty() && !before.isEmpty()) {
            log.info("Jobs: all is well again.");
        }
    }

    void close() {
        open = false;
        signal.give();
    }
}
