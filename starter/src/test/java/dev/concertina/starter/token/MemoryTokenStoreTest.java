package dev.concertina.starter.token;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

class MemoryTokenStoreTest extends TokenStoreContract {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    private final TokenStore store =
            new MemoryTokenStore(
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
                    REMEMBERED);

    @Override
    TokenStore store() {
        return store;
    }

    @Override
    void pass(FamilyKey key, Duration time) {
        now = now.plus(time);
    }
}
