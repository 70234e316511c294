package dev.concertina.starter.session;

import dev.concertina.starter.testing.TestPostgres;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;

class PostgresKeyLedgerTest extends KeyLedgerContract {
    private static final Postgres postgres =
            PostgresSessionStoreTest.open(TestPostgres.shared().url());

    @AfterAll
    static void disconnect() {
        postgres.close();
    }

    @Override
    KeyLedger ledger() {
        return new PostgresKeyLedger(postgres, Duration.ofDays(1));
    }
}
