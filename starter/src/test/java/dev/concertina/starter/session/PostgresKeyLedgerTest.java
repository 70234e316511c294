package dev.concertina.starter.session;

import dev.concertina.starter.testing.TestPostgres;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class PostgresKeyLedgerTest extends KeyLedgerContract {
    private static Postgres postgres;

    /** With tables of its own: applications of other tests would miss the keys noted here. */
    @BeforeAll
    static void connect() throws SQLException {
        var url = TestPostgres.shared().url();
        try (var admin = DriverManager.getConnection(url);
                var statement = admin.createStatement()) {
            statement.execute("create schema if not exists ledger");
        }
        postgres = PostgresSessionStoreTest.open(url + "&currentSchema=ledger");
    }

    @AfterAll
    static void disconnect() {
        postgres.close();
    }

    @Override
    KeyLedger ledger() {
        return new PostgresKeyLedger(postgres, Duration.ofDays(1));
    }
}
