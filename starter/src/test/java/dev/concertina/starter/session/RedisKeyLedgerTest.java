package dev.concertina.starter.session;

import dev.concertina.starter.request.Redis;
import dev.concertina.starter.request.RedisAccess;
import dev.concertina.starter.testing.TestRedis;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;

class RedisKeyLedgerTest extends KeyLedgerContract {
    private static final Redis redis = RedisAccess.open(TestRedis.url(), "ledger");

    @AfterAll
    static void disconnect() {
        redis.close();
    }

    @Override
    KeyLedger ledger() {
        return new RedisKeyLedger(redis, Duration.ofDays(1));
    }
}
