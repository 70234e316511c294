package dev.concertina.starter.job;

import dev.concertina.starter.request.Outage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Statements on a connection of its own each, which end by themselves. */
final class Calls {
    private final DataSource source;

    Calls(DataSource source) {
        this.source = source;
    }

    interface Work<T> {
        T with(Connection connection) throws SQLException;
    }

    interface Row<T> {
        T of(ResultSet row) throws SQLException;
    }

    /**
     * @throws Outage if the database does not answer, or refuses
     */
    <T> T call(Work<T> work) {
        try (var connection = source.getConnection()) {
            return work.with(connection);
        } catch (SQLException e) {
            throw outage(e);
        }
    }

    static Outage outage(SQLException e) {
        return new Outage(
                "PostgreSQL did not do what jobs need: "
                        + e.getMessage()
                        + " (SQLSTATE "
                        + e.getSQLState()
                        + ")",
                e);
    }

    <T> List<T> query(String sql, Row<T> row, @Nullable Object... arguments) {
        return call(connection -> query(connection, sql, row, arguments));
    }

    int update(String sql, @Nullable Object... arguments) {
        return call(connection -> {
            try (var statement = connection.prepareStatement(sql)) {
                set(statement, arguments);
                return statement.executeUpdate();
            }
        });
    }

    static <T> List<T> query(
            Connection connection, String sql, Row<T> row, @Nullable Object... arguments)
            throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            set(statement, arguments);
            try (var rows = statement.executeQuery()) {
                var all = new ArrayList<T>();
                while (rows.next()) {
                    all.add(row.of(rows));
                }
                return all;
            }
        }
    }

    static <T> Optional<T> first(
            Connection connection, String sql, Row<T> row, @Nullable Object... arguments)
            throws SQLException {
        return query(connection, sql, row, arguments).stream().findFirst();
    }

    static void set(PreparedStatement statement, @Nullable Object... arguments)
            throws SQLException {
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case null -> statement.setNull(i + 1, Types.VARCHAR);
                case Long number -> statement.setLong(i + 1, number);
                case Integer number -> statement.setInt(i + 1, number);
                case String text -> statement.setString(i + 1, text);
                case long[] numbers -> statement.setObject(i + 1, numbers);
                case int[] numbers -> statement.setObject(i + 1, numbers);
                case String[] texts ->
                        statement.setArray(
                                i + 1, statement.getConnection().createArrayOf("text", texts));
                case java.time.Instant instant ->
                        statement.setObject(i + 1, instant.atOffset(java.time.ZoneOffset.UTC));
                default -> throw new IllegalArgumentException("no parameter: " + arguments[i]);
            }
        }
    }
}
