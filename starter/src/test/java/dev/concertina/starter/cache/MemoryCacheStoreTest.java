package dev.concertina.starter.cache;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;

class MemoryCacheStoreTest extends CacheStoreContract {
    private Instant now = Instant.parse("2026-11-21T00:00:00Z");

    @Override
    CacheStore open() {
        InstantSource source = () -> now;
        return new MemoryCacheStore(source.withZone(ZoneOffset.UTC));
    }

    @Override
    void pass(Duration time) {
        now = now.plus(time);
    }
}
