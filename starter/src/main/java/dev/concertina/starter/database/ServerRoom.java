package dev.concertina.starter.database;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * What a server takes.
 *
 * @param most connections at one time for this user and database
 * @param limit what says so
 * @param reserved for superusers and the like
 */
record ServerRoom(int most, String limit, int reserved) {
    // Of the server, the database and the role the narrowest counts.
    private static final String ASK =
            """
            select
              current_setting('max_connections')::int,
              current_setting('superuser_reserved_connections')::int
                + coalesce(current_setting('reserved_connections', true), '0')::int,
              (select datconnlimit from pg_database where datname = current_database()),
              (select rolconnlimit from pg_roles where rolname = current_user)
            """;

    static ServerRoom ask(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(ASK)) {
            rows.next();
            var room = new ServerRoom(rows.getInt(1), "max_connections", rows.getInt(2));
            return room.narrowed(rows.getInt(3), "connection limit of the database")
                    .narrowed(rows.getInt(4), "connection limit of the role");
        }
    }

    private ServerRoom narrowed(int limit, String name) {
        return limit >= 0 && limit < most - reserved ? new ServerRoom(limit, name, 0) : this;
    }
}
