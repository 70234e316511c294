package dev.concertina.starter.job;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;

class MemoryJobStoreTest extends JobStoreContract {
    private Instant now = Instant.parse("2026-11-28T12:00:00Z");
    private final MemoryJobStore store =
            new MemoryJobStore(() -> now, JobTexts.settings(Map.of()), new Random(1));

    @Override
    JobStore store() {
        return store;
    }

    @Override
    JobStore other() {
        return store;
    }

    @Override
    Desk desk() {
        return store;
    }

    @Override
    void pass(Duration time) {
        now = now.plus(time);
    }
}
