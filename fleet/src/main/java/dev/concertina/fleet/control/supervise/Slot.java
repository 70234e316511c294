package dev.concertina.fleet.control.supervise;

import dev.concertina.fleet.control.ProcessRef;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A place for one instance, and how far the one in it has come. A slot that is empty does not
 * exist. At most one process belongs to a slot at any time.
 */
public sealed interface Slot {
    Occupant occupant();

    /** When the slot came into this state. */
    Instant since();

    default int number() {
        return occupant().number();
    }

    default String instance() {
        return occupant().instance();
    }

    default String release() {
        return occupant().release();
    }

    /** The process, where there is one. */
    default Optional<ProcessRef> running() {
        return Optional.empty();
    }

    /** A process belongs to it, or is just being started. */
    default boolean occupied() {
        return !(this instanceof Waiting || this instanceof Failed);
    }

    /** Without what is measured anew by the next fleet process. */
    default Slot durable() {
        return this;
    }

    /**
     * A process was asked for, and has not been ready yet.
     *
     * @param process empty until the host has answered
     * @param warmth how far its requests before traffic have come
     */
    record Starting(
            Occupant occupant,
            Instant since,
            Optional<ProcessRef> process,
            Health health,
            Warmth warmth)
            implements Slot {
        public Starting {
            // A journal of before instances were warmed up has none.
            warmth = Objects.requireNonNullElse(warmth, Warmth.COLD);
        }

        static Starting cold(Occupant occupant, Instant since, Optional<ProcessRef> process) {
            return new Starting(occupant, since, process, Health.unknown(), Warmth.COLD);
        }

        Starting with(Health next) {
            return new Starting(occupant, since, process, next, warmth);
        }

        Starting with(Warmth next) {
            return new Starting(occupant, since, process, health, next);
        }

        @Override
        public Optional<ProcessRef> running() {
            return process;
        }

        @Override
        public Slot durable() {
            return cold(occupant, since, process);
        }
    }

    /** May be given requests. */
    record Ready(Occupant occupant, Instant since, ProcessRef process, Health health)
            implements Slot {
        @Override
        public Optional<ProcessRef> running() {
            return Optional.of(process);
        }

        @Override
        public Slot durable() {
            return new Ready(occupant, since, process, Health.unknown());
        }
    }

    /** Was ready, and its probes fail. */
    record Unready(Occupant occupant, Instant since, ProcessRef process, Health health)
            implements Slot {
        @Override
        public Optional<ProcessRef> running() {
            return Optional.of(process);
        }

        @Override
        public Slot durable() {
            return new Unready(occupant, since, process, Health.unknown());
        }
    }

    /**
     * Is leaving: no new requests, those in flight end.
     *
     * @param withdrawnIn the table version from which on it gets no new request
     * @param asked the gateway was asked to drain it
     */
    record Draining(
            Occupant occupant, Instant since, ProcessRef process, long withdrawnIn, boolean asked)
            implements Slot {
        @Override
        public Optional<ProcessRef> running() {
            return Optional.of(process);
        }
    }

    /**
     * No claim on it can exist; the process is made to end.
     *
     * @param reason why it is stopped, for people
     */
    record Stopping(
            Occupant occupant,
            Instant since,
            ProcessRef process,
            Instant killAt,
            Sent sent,
            Then then,
            String reason)
            implements Slot {
        @Override
        public Optional<ProcessRef> running() {
            return Optional.of(process);
        }
    }

    /** Its process ended; the next one starts at {@code until}. */
    record Waiting(Occupant occupant, Instant since, Instant until, String reason)
            implements Slot {}

    /** Its release could not be made to run; it is not tried again. */
    record Failed(Occupant occupant, Instant since, String reason) implements Slot {}

    /** Requests before traffic. */
    enum Warmth {
        COLD,
        /** It is ready but for them. */
        DUE,
        ASKED
    }

    /** The strongest signal sent so far. */
    enum Sent {
        NOTHING,
        TERM,
        KILL
    }

    /** What becomes of a slot when its process has been stopped. */
    enum Then {
        VANISH,
        RESTART,
        FAIL
    }
}
