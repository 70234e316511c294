package dev.concertina.starter.job;

import dev.concertina.starter.request.Outage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What operators see of the jobs, and do with dead letters. Any call may throw {@link Outage}. */
interface Desk {
    Overview overview();

    /**
     * @param kinds by type
     * @param owners who works, living ones only
     */
    record Overview(List<Kind> kinds, List<Worker> owners, List<Recurring> recurring) {
        static final Overview NONE = new Overview(List.of(), List.of(), List.of());

        long dead() {
            return kinds.stream().mapToLong(Kind::dead).sum();
        }

        /** Jobs that could be done now and are not. */
        long due() {
            return kinds.stream().mapToLong(Kind::due).sum();
        }

        Duration age() {
            return kinds.stream().map(Kind::age).max(Duration::compareTo).orElse(Duration.ZERO);
        }
    }

    /**
     * @param due waiting and due
     * @param later waiting and not due yet
     * @param running claimed
     * @param age how long the oldest that is due has been
     * @param handled whether anybody who works does such jobs
     */
    record Kind(
            String type,
            long due,
            long later,
            long running,
            long dead,
            Duration age,
            boolean handled) {}

    record Worker(long id, String instance, Instant since, List<String> types) {}

    record Recurring(String name, String schedule, Instant next, Optional<Instant> last) {}

    /** The newest first. */
    List<DeadLetter> dead(int max);

    Optional<DeadLetter> dead(long id);

    record DeadLetter(
            long id,
            String type,
            String payload,
            Optional<String> tenant,
            Optional<String> request,
            Instant enqueuedAt,
            Instant diedAt,
            int attempts,
            String error) {}

    /** Begins anew with its attempts. */
    boolean requeue(long id);

    /**
     * All of a type.
     *
     * @return how many
     */
    int requeue(String type);

    boolean discard(long id);
}
