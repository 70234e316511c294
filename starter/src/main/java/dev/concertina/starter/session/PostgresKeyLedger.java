package dev.concertina.starter.session;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** The ledger as a row a key, and the lease as a row. */
final class PostgresKeyLedger implements KeyLedger {
    private static final String NOTE =
            """
            insert into concertina_session_key as k (id, noted_at) values (?, clock_timestamp())
            on conflict (id) do update set noted_at = excluded.noted_at
            """;
    private static final String NOTED =
            """
            select id, greatest(0, extract(epoch from clock_timestamp() - noted_at) * 1000)::bigint
            from concertina_session_key
            where noted_at > clock_timestamp() - ? * interval '1 millisecond'
            """;
    private static final String DROP =
            """
            delete from concertina_session_key
            where id = ? and noted_at <= clock_timestamp() - ? * interval '1 millisecond'
            """;
    private static final String LEASE =
            """
            insert into concertina_session_lease as l (name, holder, ends_at)
            values ('reseal', ?, clock_timestamp() + ? * interval '1 millisecond')
            on conflict (name) do update set holder = excluded.holder, ends_at = excluded.ends_at
            where l.holder = excluded.holder or l.ends_at <= clock_timestamp()
            """;

    private final Postgres postgres;
    private final Duration life;

    /**
     * @param life how long something sealed with a key is kept at most
     */
    PostgresKeyLedger(Postgres postgres, Duration life) {
        this.postgres = postgres;
        this.life = life;
    }

    private interface Work<T> {
        T with(PreparedStatement statement) throws SQLException;
    }

    private <T> T call(String sql, Work<T> work) {
        return postgres.call((Connection connection) -> {
            try (var statement = connection.prepareStatement(sql)) {
                return work.with(statement);
            }
        });
    }

    @Override
    public void note(int key) {
        var unused =
                call(
                        NOTE,
                        statement -> {
                            statement.setInt(1, key);
                            return statement.executeUpdate();
                        });
    }

    @Override
    public Map<Integer, Duration> noted() {
        return call(
                NOTED,
                statement -> {
                    statement.setLong(1, life.toMillis());
                    try (var rows = statement.executeQuery()) {
                        var noted = new HashMap<Integer, Duration>();
                        while (rows.next()) {
                            noted.put(rows.getInt(1), Duration.ofMillis(rows.getLong(2)));
                        }
                        return noted;
                    }
                });
    }

    @Override
    public void drop(int key, Duration quiet) {
        var unused =
                call(
                        DROP,
                        statement -> {
                            statement.setInt(1, key);
                            statement.setLong(2, quiet.toMillis());
                            return statement.executeUpdate();
                        });
    }

    @Override
    public boolean lease(String holder, Duration time) {
        return call(
                LEASE,
                statement -> {
                    statement.setString(1, holder);
                    statement.setLong(2, time.toMillis());
                    return statement.executeUpdate() == 1;
                });
    }
}
