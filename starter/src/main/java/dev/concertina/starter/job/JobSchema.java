package dev.concertina.starter.job;

import dev.concertina.starter.job.JobSettings.Schema;
import dev.concertina.starter.request.PostgresTables;
import dev.concertina.starter.request.UnusableStoreException;
import java.sql.Connection;
import java.sql.SQLException;

/** The tables of jobs. */
final class JobSchema {
    static final int VERSION = 1;
    static final PostgresTables TABLES =
            new PostgresTables("job", "jobs", VERSION, JobSchema.class);

    private JobSchema() {}

    /**
     * @throws UnusableStoreException if somebody else should have made them and did not
     */
    static void ensure(Connection connection, Schema mode) throws SQLException {
        switch (mode) {
            case OFF -> {}
            case VALIDATE -> TABLES.validate(connection);
            case CREATE -> TABLES.create(connection);
        }
    }
}
