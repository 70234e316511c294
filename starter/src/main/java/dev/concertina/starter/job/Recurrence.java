package dev.concertina.starter.job;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.scheduling.support.CronExpression;

/** When a recurring job is due. Pure: time is an argument. */
sealed interface Recurrence {
    /** The first time after an instant. */
    Instant next(Instant after);

    /** How it is known to other releases. */
    String schedule();

    /** From the end of one run to the next, where that counts. */
    default Optional<Duration> pause() {
        return Optional.empty();
    }

    record Cron(String text, ZoneId zone, CronExpression expression) implements Recurrence {
        // An expression may have no next time, such as the 30th of February.
        private static final Duration NEVER = Duration.ofDays(36_500);

        @Override
        public Instant next(Instant after) {
            var next = expression.next(after.atZone(zone));
            return next == null ? after.plus(NEVER) : next.toInstant();
        }

        @Override
        public String schedule() {
            return "cron " + text + " " + zone;
        }
    }

    record Every(Duration period) implements Recurrence {
        @Override
        public Instant next(Instant after) {
            return after.plus(period);
        }

        @Override
        public String schedule() {
            return "every " + period;
        }
    }

    record Pause(Duration between) implements Recurrence {
        @Override
        public Instant next(Instant after) {
            return after.plus(between);
        }

        @Override
        public String schedule() {
            return "pause " + between;
        }

        @Override
        public Optional<Duration> pause() {
            return Optional.of(between);
        }
    }

    /**
     * @throws BadRecurrence saying what is wrong
     */
    static Recurrence of(String cron, String zone, String every, String pause) {
        int said = (cron.isBlank() ? 0 : 1) + (every.isBlank() ? 0 : 1) + (pause.isBlank() ? 0 : 1);
        if (said != 1) {
            throw new BadRecurrence(
                    "says " + said + " times when it is due.",
                    "Give it one of cron, every and pause.");
        }
        if (!cron.isBlank()) {
            return cron(cron.strip(), zone);
        }
        return every.isBlank()
                ? new Pause(duration("pause", pause))
                : new Every(duration("every", every));
    }

    private static Recurrence cron(String text, String zone) {
        try {
            return new Cron(text, ZoneId.of(zone), CronExpression.parse(text));
        } catch (DateTimeException e) {
            throw new BadRecurrence(
                    "has zone = \"" + zone + "\".", "Write one like Europe/Paris, or UTC.");
        } catch (IllegalArgumentException e) {
            throw new BadRecurrence(
                    "has cron = \"" + text + "\" (" + e.getMessage() + ").",
                    "Write six fields, from seconds to weekday, such as \"0 30 2 * * *\" for half"
                            + " past two, or @daily.");
        }
    }

    private static Duration duration(String key, String text) {
        try {
            var duration = DurationStyle.detectAndParse(text.strip());
            if (duration.toMillis() >= 10 && text.strip().matches(".*[A-Za-z]")) {
                return duration;
            }
        } catch (IllegalArgumentException e) {
            // Said below, as for a number without unit.
        }
        throw new BadRecurrence(
                "has " + key + " = \"" + text + "\".", "Write it with its unit, like 30s or 10m.");
    }
}
