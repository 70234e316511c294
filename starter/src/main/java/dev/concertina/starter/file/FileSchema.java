package dev.concertina.starter.file;

import dev.concertina.starter.file.FileSettings.Schema;
import dev.concertina.starter.request.PostgresTables;
import dev.concertina.starter.request.UnusableStoreException;
import java.sql.Connection;
import java.sql.SQLException;

/** The tables of files, looked after once. */
final class FileSchema {
    private static final PostgresTables TABLES =
            new PostgresTables("file", "files", 1, FileSchema.class);

    private final Schema mode;
    private volatile boolean ready;

    FileSchema(Schema mode) {
        this.mode = mode;
        this.ready = mode == Schema.OFF;
    }

    /**
     * @throws UnusableStoreException if somebody else should have made them and did not
     */
    void ensure(Connection connection) throws SQLException {
        if (ready) {
            return;
        }
        if (mode == Schema.VALIDATE) {
            TABLES.validate(connection);
        } else {
            TABLES.create(connection);
        }
        ready = true;
    }
}
