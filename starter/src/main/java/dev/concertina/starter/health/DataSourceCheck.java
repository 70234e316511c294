package dev.concertina.starter.health;

import dev.concertina.starter.instance.Check;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;

/** Borrows a connection and has the driver prove it. */
final class DataSourceCheck implements Check {
    private final String name;
    private final DataSource source;

    DataSourceCheck(String name, DataSource source) {
        this.name = name;
        this.source = source;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Finding find() {
        long started = System.nanoTime();
        Optional<String> error = Optional.empty();
        try (var connection = source.getConnection()) {
            if (!connection.isValid(1)) {
                error = Optional.of("the connection is not valid any more");
            }
        } catch (SQLException e) {
            error = Optional.of("SQL state " + e.getSQLState());
        }
        return new Finding(Duration.ofNanos(System.nanoTime() - started), error);
    }
}
