package dev.concertina.starter.session;

import dev.concertina.starter.request.UserTag;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Sessions as rows of PostgreSQL, one more row for each attribute. Its own clock decides; each call
 * is one statement. Who writes a session has its row, so changes of one session come one after the
 * other and each sees the last.
 */
final class PostgresSessionStore implements SessionStore {
    private static final String UNKNOWN = "";

    /** How many sessions are read at one time. */
    private static final int SHOWN = 50;

    private final Postgres postgres;
    private final Duration lifetime;
    private final PostgresSql sql;
    private final KeyLedger ledger;

    PostgresSessionStore(Postgres postgres, Duration lifetime) {
        this(postgres, lifetime, PostgresSql.WHOLE);
    }

    /** With statements that may lack a guard, so that a test can see it missed. */
    PostgresSessionStore(Postgres postgres, Duration lifetime, PostgresSql sql) {
        this.postgres = postgres;
        this.lifetime = lifetime;
        this.sql = sql;
        this.ledger = new PostgresKeyLedger(postgres, lifetime.plus(GRACE));
    }

    @Override
    public Found find(SessionKey key, String known, Duration touchEvery) {
        return find(key, known, touchEvery, true);
    }

    private Found find(SessionKey key, String known, Duration touchEvery, boolean touches) {
        return postgres.call(connection -> {
            try (var statement = connection.prepareStatement(sql.find())) {
                statement.setLong(1, touchEvery.toMillis());
                statement.setLong(2, touchEvery.toMillis());
                statement.setString(3, key.value());
                statement.setBoolean(4, touches);
                statement.setString(5, known);
                try (var rows = statement.executeQuery()) {
                    if (!rows.next()) {
                        return new Found.Nothing();
                    }
                    boolean touched = rows.getBoolean("touched");
                    if (known.equals(rows.getString("version"))) {
                        return new Found.Same(instant(rows, "accessed_at"), touched);
                    }
                    return new Found.Whole(new Reading(rows).toStored(rows), touched);
                }
            }
        });
    }

    /** A session's own columns; its attributes are in the same row and those that follow. */
    private record Reading(
            SessionKey key,
            String owner,
            String version,
            Instant createdAt,
            Instant lastAccess,
            Duration idle,
            Optional<UserTag> user,
            String stamp,
            Map<String, byte[]> values) {

        Reading(ResultSet row) throws SQLException {
            this(
                    new SessionKey(row.getString("id")),
                    row.getString("owner"),
                    row.getString("version"),
                    instant(row, "created_at"),
                    instant(row, "accessed_at"),
                    Duration.ofMillis(row.getLong("idle_ms")),
                    Optional.ofNullable(row.getString("user_tag")).map(UserTag::new),
                    row.getString("stamp"),
                    new HashMap<>());
        }

        void add(ResultSet row) throws SQLException {
            var name = row.getString("name");
            if (name != null) {
                values.put(name, row.getBytes("value"));
            }
        }

        Stored toStored() {
            return new Stored(owner, version, createdAt, lastAccess, idle, user, stamp, values);
        }

        Stored toStored(ResultSet rows) throws SQLException {
            do {
                add(rows);
            } while (rows.next());
            return toStored();
        }
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    @Override
    public Optional<Stored> peek(SessionKey key) {
        return find(key, UNKNOWN, Duration.ZERO, false) instanceof Found.Whole whole
                ? Optional.of(whole.session())
                : Optional.empty();
    }

    @Override
    public Outcome save(SessionKey key, Change change) {
        return postgres.call(connection -> {
            try (var statement = connection.prepareStatement(sql.save())) {
                bind(connection, statement, key, change);
                try (var rows = statement.executeQuery()) {
                    rows.next();
                    return switch (rows.getInt(1)) {
                        case 0 -> new Outcome.Gone();
                        case 1 -> new Outcome.Kept(rows.getString(2));
                        default -> new Outcome.Moved(new SessionKey(rows.getString(2)));
                    };
                }
            }
        });
    }

    private void bind(
            Connection connection, PreparedStatement statement, SessionKey key, Change change)
            throws SQLException {
        var puts = List.copyOf(change.puts().entrySet());
        statement.setString(1, key.value());
        statement.setString(2, change.operation());
        text(statement, 3, Optional.of(change.owner()).filter(owner -> change.creates()));
        if (change.idle().isPresent()) {
            statement.setLong(4, change.idle().get().toMillis());
        } else {
            statement.setNull(4, Types.BIGINT);
        }
        statement.setLong(5, lifetime.toMillis());
        statement.setLong(6, TOMBSTONE.toMillis());
        text(statement, 7, change.user());
        statement.setArray(8, texts(connection, puts.stream().map(Map.Entry::getKey)));
        statement.setArray(9, octets(connection, puts.stream().map(Map.Entry::getValue)));
        statement.setArray(10, texts(connection, change.removals().stream()));
        text(statement, 11, change.moveTo().map(SessionKey::value));
        text(statement, 12, change.stamp());
    }

    private static Array texts(Connection connection, Stream<String> texts) throws SQLException {
        return connection.createArrayOf("text", texts.toArray());
    }

    private static Array octets(Connection connection, Stream<byte[]> octets) throws SQLException {
        return connection.createArrayOf("bytea", octets.toArray(byte[][]::new));
    }

    private static void text(PreparedStatement statement, int index, Optional<String> text)
            throws SQLException {
        if (text.isPresent()) {
            statement.setString(index, text.get());
        } else {
            statement.setNull(index, Types.VARCHAR);
        }
    }

    @Override
    public boolean delete(SessionKey key) {
        return postgres.call(connection -> {
            try (var statement = connection.prepareStatement(sql.delete())) {
                statement.setString(1, key.value());
                try (var rows = statement.executeQuery()) {
                    return rows.next() && rows.getBoolean(1);
                }
            }
        });
    }

    @Override
    public Map<SessionKey, Stored> ofUser(UserTag user) {
        return postgres.call(connection -> {
            try (var statement = connection.prepareStatement(sql.ofUser())) {
                statement.setString(1, user.value());
                try (var rows = statement.executeQuery()) {
                    var found = new LinkedHashMap<SessionKey, Stored>();
                    while (rows.next()) {
                        read(rows, found);
                    }
                    return found;
                }
            }
        });
    }

    // Rows of one session need not follow each other; then it is read as two and put together.
    private static void read(ResultSet row, Map<SessionKey, Stored> into) throws SQLException {
        var reading = new Reading(row);
        reading.add(row);
        into.merge(
                reading.key(),
                reading.toStored(),
                (one, other) -> {
                    var values = new HashMap<>(one.values());
                    values.putAll(other.values());
                    return new Stored(
                            one.owner(),
                            one.version(),
                            one.createdAt(),
                            one.lastAccess(),
                            one.idle(),
                            one.user(),
                            one.stamp(),
                            values);
                });
    }

    @Override
    public Ended.Batch takeEnded(int max, Duration lease) {
        var claim = SessionId.text(12);
        return postgres.call(connection -> {
            try (var statement = connection.prepareStatement(sql.take())) {
                statement.setInt(1, max);
                statement.setLong(2, GRACE.toMillis());
                statement.setLong(3, lease.toMillis());
                statement.setString(4, claim);
                statement.setLong(5, GRACE.toMillis());
                try (var rows = statement.executeQuery()) {
                    var taken = new LinkedHashMap<SessionKey, Stored>();
                    boolean more = false;
                    while (rows.next()) {
                        more = rows.getLong("looked") >= max;
                        if (rows.getString("id") != null) {
                            read(rows, taken);
                        }
                    }
                    var ended = new ArrayList<Ended>();
                    taken.forEach((key, session) -> ended.add(new Ended(key, claim, session)));
                    return new Ended.Batch(ended, more);
                }
            }
        });
    }

    @Override
    public void forget(Ended ended) {
        var unused =
                postgres.call(connection -> {
                    try (var statement = connection.prepareStatement(sql.forget())) {
                        statement.setString(1, ended.key().value());
                        statement.setString(2, ended.claim());
                        return statement.executeUpdate();
                    }
                });
    }

    @Override
    public long count() {
        return postgres.call(connection -> {
            try (var statement = connection.prepareStatement(sql.count());
                    var rows = statement.executeQuery()) {
                return rows.next() ? rows.getLong(1) : 0;
            }
        });
    }

    /** Sessions by number, which does not change with the id. */
    private record Page(Map<SessionKey, Stored> sessions, long last) {}

    @Override
    public boolean each(Predicate<Map<SessionKey, Stored>> visit) {
        for (var page = after(-1); !page.sessions().isEmpty(); page = after(page.last())) {
            if (!visit.test(page.sessions())) {
                return false;
            }
        }
        return true;
    }

    private Page after(long number) {
        return postgres.call(connection -> {
            try (var statement = connection.prepareStatement(sql.page())) {
                statement.setLong(1, number);
                statement.setInt(2, SHOWN);
                try (var rows = statement.executeQuery()) {
                    var found = new LinkedHashMap<SessionKey, Stored>();
                    long last = number;
                    while (rows.next()) {
                        last = Math.max(last, rows.getLong("number"));
                        read(rows, found);
                    }
                    return new Page(found, last);
                }
            }
        });
    }

    @Override
    public void reseal(
            SessionKey key, Stored seen, Map<String, byte[]> envelopes, Optional<String> stamp) {
        var names = List.copyOf(envelopes.keySet());
        var unused =
                postgres.call(connection -> {
                    try (var statement = connection.prepareStatement(sql.reseal())) {
                        statement.setString(1, key.value());
                        statement.setString(2, stamp.orElse(seen.stamp()));
                        statement.setString(3, seen.stamp());
                        statement.setArray(4, texts(connection, names.stream()));
                        statement.setArray(
                                5, octets(connection, names.stream().map(seen.values()::get)));
                        statement.setArray(
                                6, octets(connection, names.stream().map(envelopes::get)));
                        return statement.executeUpdate();
                    }
                });
    }

    @Override
    public Optional<KeyLedger> ledger() {
        return Optional.of(ledger);
    }

    /**
     * Removes what nobody was told of in time, and what led to moved sessions. Instances that do so
     * at the same time do not wait for each other.
     *
     * @return whether there may be more
     */
    boolean clean(int max) {
        return postgres.call(connection -> {
            int sessions;
            try (var statement = connection.prepareStatement(sql.clean())) {
                statement.setLong(1, GRACE.toMillis());
                statement.setInt(2, max);
                statement.setLong(3, GRACE.toMillis());
                statement.setLong(4, GRACE.toMillis());
                try (var rows = statement.executeQuery()) {
                    sessions = rows.next() ? rows.getInt(1) : 0;
                }
            }
            try (var statement = connection.prepareStatement(sql.cleanMoved())) {
                statement.setInt(1, max);
                return statement.executeUpdate() >= max || sessions >= max;
            }
        });
    }
}
