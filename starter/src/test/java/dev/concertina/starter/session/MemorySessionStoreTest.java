package dev.concertina.starter.session;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

class MemorySessionStoreTest extends SessionStoreContract {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    private final SessionStore store =
            new MemorySessionStore(
                    new Clock() {
                        @Override
                        public Instant instant() {
                            return now;
                        }

                        @Override
                        public ZoneId getZone() {
                            return ZoneOffset.UTC;
                        }

                        @Override
                        public Clock withZone(ZoneId zone) {
                            return this;
                        }
                    },
                    LIFETIME);

    @Override
    SessionStore store() {
        return store;
    }

    @Override
    void pass(SessionKey key, Duration time) {
        now = now.plus(time);
    }
}
