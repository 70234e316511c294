package dev.concertina.starter.session;

import dev.concertina.starter.request.PostgresTables;
import dev.concertina.starter.request.UnusableStoreException;
import dev.concertina.starter.session.PostgresSettings.Schema;
import java.sql.Connection;
import java.sql.SQLException;

/** The tables of sessions. */
final class PostgresSchema {
    static final int VERSION = 1;
    static final PostgresTables TABLES =
            new PostgresTables("session", "sessions", VERSION, PostgresSchema.class);

    private final Schema mode;

    PostgresSchema(Schema mode) {
        this.mode = mode;
    }

    /**
     * @throws UnusableStoreException if somebody else should have made them and did not
     */
    void ensure(Connection connection) throws SQLException {
        switch (mode) {
            case OFF -> {}
            case VALIDATE -> TABLES.validate(connection);
            case CREATE -> TABLES.create(connection);
        }
    }
}
