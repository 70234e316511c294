package dev.concertina.starter.limit;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How tight limits are at the moment. This instance measures what its own requests show; when it
 * decides to tighten, its next question tells Redis, and every instance hears of it with its next
 * reply. Redis forgets it in time, so nobody has to end it.
 */
final class Strictness {
    private static final Logger log = LoggerFactory.getLogger(Strictness.class);

    /**
     * What to tell Redis.
     *
     * @param permille 0: nothing
     */
    record Announcement(int permille, Duration hold) {
        static final Announcement NONE = new Announcement(0, Duration.ZERO);
    }

    private record Heard(int permille, long untilNanos) {}

    private final LimitSettings.Strict settings;
    private final Pressure pressure;
    private final DoubleSupplier cpu;
    private final LongSupplier nanos;
    private final Runnable loosened;
    private final LongAdder limited = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder answers = new LongAdder();
    private final LongAdder errors = new LongAdder();
    private final LongAdder tookNanos = new LongAdder();
    private final AtomicLong windowEnd;
    private final AtomicInteger reported = new AtomicInteger(Pace.NORMAL);
    // Written by whoever closes a window, and the windows come one after another.
    private volatile StrictMode own;
    private volatile Heard heard;
    private volatile Optional<Announcement> unheard = Optional.empty();

    /**
     * @param cpu share of the machine's processors in use
     * @param loosened told when limits are back to normal
     */
    Strictness(
            LimitSettings.Strict settings,
            DoubleSupplier cpu,
            LongSupplier nanos,
            Runnable loosened) {
        this.settings = settings;
        this.pressure = new Pressure(settings);
        this.cpu = cpu;
        this.nanos = nanos;
        this.loosened = loosened;
        long now = nanos.getAsLong();
        this.own = StrictMode.off(now);
        this.heard = new Heard(Pace.NORMAL, now);
        this.windowEnd = new AtomicLong(now + settings.window().toNanos());
    }

    /** What is left of every rate and burst, in thousandths. */
    int permille() {
        long now = nanos.getAsLong();
        int others = heard.untilNanos() - now > 0 ? heard.permille() : Pace.NORMAL;
        return unheard.isPresent() && own.on(now) ? Math.min(own.permille(), others) : others;
    }

    /** What would be left in strict mode. */
    int tightest() {
        return (int) Math.round(settings.factor() * Pace.NORMAL);
    }

    /** What the next question has to tell; not what is over by now. */
    Announcement announcement() {
        return own.on(nanos.getAsLong()) ? unheard.orElse(Announcement.NONE) : Announcement.NONE;
    }

    /** What a reply says. */
    void learned(int permille, long leftMillis) {
        long now = nanos.getAsLong();
        if (unheard.isPresent() && (permille <= unheard.get().permille() || !own.on(now))) {
            unheard = Optional.empty();
        }
        // Replies overtake each other; only time ends what one of them said.
        if (permille < Pace.NORMAL) {
            heard = new Heard(permille, now + leftMillis * 1_000_000);
        }
        report("another instance announced it");
    }

    void counted(boolean passed, long now) {
        // What is refused because limits are tight says nothing about whether they should be.
        if (permille() == Pace.NORMAL) {
            limited.increment();
            if (!passed) {
                refused.increment();
            }
        }
        closeWindow(now);
    }

    void ended(int status, long took, long now) {
        answers.increment();
        tookNanos.add(took);
        if (status >= 500) {
            errors.increment();
        }
        closeWindow(now);
    }

    private void closeWindow(long now) {
        long end = windowEnd.get();
        if (now - end < 0 || !windowEnd.compareAndSet(end, now + settings.window().toNanos())) {
            return;
        }
        long answered = answers.sumThenReset();
        var measured =
                new Pressure.Measured(
                        limited.sumThenReset(),
                        refused.sumThenReset(),
                        answered,
                        errors.sumThenReset(),
                        cpu.getAsDouble(),
                        Duration.ofNanos(tookNanos.sumThenReset() / Math.max(1, answered)));
        if (settings.enabled()) {
            decide(measured, now);
        }
    }

    private void decide(Pressure.Measured measured, long now) {
        var reason = pressure.reason(measured);
        var next = own.after(settings, reason, pressure.load(measured).isPresent(), now);
        if (!next.equals(own)) {
            own = next;
            unheard = Optional.of(new Announcement(next.permille(), next.hold()));
        }
        report(reason.orElse("another instance announced it"));
    }

    private void report(String reason) {
        int now = permille();
        int before = reported.getAndSet(now);
        if (now == before) {
            return;
        }
        if (now == Pace.NORMAL) {
            loosened.run();
            log.info("Limits are back to normal.");
        } else {
            log.warn("Limits are at {} % of what is configured: {}.", now / 10, reason);
        }
    }
}
