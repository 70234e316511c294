package dev.concertina.starter.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.concertina.starter.instance.BadSetting;
import dev.concertina.starter.instance.DatabaseConnections;
import dev.concertina.starter.testing.TestReplication;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.mock.env.MockEnvironment;

/** Pools against a server of 100 connections. */
class PoolShapeTest {
    private static final String URL = TestReplication.shared().primaryUrl();
    private static final DatabaseConnections SESSIONS = new DatabaseConnections("sessions", 5);

    private static HikariDataSource shaped(
            String url, Map<String, String> values, DatabaseConnections... others) {
        var environment = new MockEnvironment();
        values.forEach(environment::setProperty);
        var pool = new HikariDataSource();
        pool.setJdbcUrl(url);
        // As Boot does before.
        Binder.get(environment).bind("spring.datasource.hikari", Bindable.ofInstance(pool));
        var settings =
                Binder.get(environment).bindOrCreate("concertina.database", DatabaseSettings.class);
        new PoolShape(settings, List.of(others), environment).give(pool);
        return pool;
    }

    @Test
    void theDefaultsAreThoseOfTheManual() {
        try (var pool = shaped(URL, Map.of())) {
            assertThat(pool.getMaximumPoolSize()).isEqualTo(10);
            assertThat(pool.getMinimumIdle()).isEqualTo(2);
            assertThat(pool.getConnectionTimeout()).isEqualTo(10_000);
            assertThat(pool.getIdleTimeout()).isEqualTo(60_000);
            assertThat(pool.getDataSourceProperties()).containsEntry("connectTimeout", "15");
        }
    }

    @Test
    void springsOwnSettingWinsOverADefaultAndOursOverBoth() {
        var springs =
                Map.of(
                        "spring.datasource.hikari.maximum-pool-size", "4",
                        "spring.datasource.hikari.minimumIdle", "3",
                        "spring.datasource.hikari.connection-timeout", "1234",
                        "spring.datasource.hikari.idle-timeout", "23456");
        try (var pool = shaped(URL, springs)) {
            assertThat(pool.getMaximumPoolSize()).isEqualTo(4);
            assertThat(pool.getMinimumIdle()).isEqualTo(3);
            assertThat(pool.getConnectionTimeout()).isEqualTo(1234);
            assertThat(pool.getIdleTimeout()).isEqualTo(23456);
        }
        var both = new HashMap<>(springs);
        both.put("concertina.database.pool", "20");
        both.put("concertina.database.pool-min", "1");
        both.put("concertina.database.wait", "2s");
        both.put("concertina.database.idle", "30s");
        both.put("concertina.database.connect-timeout", "3s");
        try (var pool = shaped(URL, both)) {
            assertThat(pool.getMaximumPoolSize()).isEqualTo(20);
            assertThat(pool.getMinimumIdle()).isEqualTo(1);
            assertThat(pool.getConnectionTimeout()).isEqualTo(2000);
            assertThat(pool.getIdleTimeout()).isEqualTo(30_000);
            assertThat(pool.getDataSourceProperties()).containsEntry("connectTimeout", "3");
        }
    }

    @Test
    void aPoolNobodySizedIsAsLargeAsFits() {
        try (var pool = shaped(URL, Map.of("CONCERTINA_FLEET_SIZE_MAX", "11"), SESSIONS)) {
            assertThat(pool.getMaximumPoolSize()).isEqualTo(3);
        }
    }

    @Test
    void onePoolThatIsTooLargeIsRefusedWithTheSum() {
        for (var key :
                List.of("concertina.database.pool", "spring.datasource.hikari.maximum-pool-size")) {
            assertThatThrownBy(() ->
                            shaped(
                                    URL,
                                    Map.of(key, "20", "CONCERTINA_FLEET_SIZE_MAX", "11"),
                                    SESSIONS))
                    .isInstanceOf(BadSetting.class)
                    .hasMessageContaining("A pool of 20 (concertina.database.pool) does not fit")
                    .hasMessageContaining("11 instances")
                    .hasMessageContaining("sessions take 5")
                    .hasMessageContaining("Set concertina.database.pool to 3");
        }
        assertThatThrownBy(() -> shaped(URL, Map.of("concertina.database.instances", "60")))
                .isInstanceOf(BadSetting.class)
                .hasMessageContaining("raise the server's limit");
    }

    @Test
    void orItIsOnlySaidOrNobodyCounts() {
        for (var budget : List.of("warn", "off")) {
            var values =
                    Map.of(
                            "concertina.database.pool", "20",
                            "concertina.database.budget", budget,
                            "concertina.database.instances", "11");
            try (var pool = shaped(URL, values)) {
                assertThat(pool.getMaximumPoolSize()).isEqualTo(20);
            }
        }
    }

    @Test
    void aServerThatIsAwayIsAskedLaterAndThePoolIsSmallUntilThen() {
        var nowhere = "jdbc:postgresql://127.0.0.1:1/postgres?user=postgres";
        try (var pool = shaped(nowhere, Map.of())) {
            assertThat(pool.getMaximumPoolSize()).isEqualTo(Budget.LEAST);
        }
        try (var pool = shaped(nowhere, Map.of("concertina.database.pool", "7"))) {
            assertThat(pool.getMaximumPoolSize()).isEqualTo(7);
        }
    }

    @Test
    void aNarrowerLimitOfTheRoleCounts() throws SQLException {
        execute("drop role if exists narrow");
        execute("create role narrow login connection limit 12");
        try (var pool = shaped(URL.replace("user=postgres", "user=narrow"), Map.of())) {
            assertThat(pool.getMaximumPoolSize()).isEqualTo(9);
        }
    }

    private static void execute(String sql) throws SQLException {
        try (var connection = DriverManager.getConnection(URL);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** One instance: its pool and that of its sessions, every connection of both in use. */
    private record Loaded(HikariDataSource pool, HikariDataSource sessions)
            implements AutoCloseable {
        static Loaded start(Map<String, String> values) {
            var sessions = new HikariDataSource();
            sessions.setJdbcUrl(URL);
            sessions.setMaximumPoolSize(SESSIONS.most());
            sessions.setMinimumIdle(1);
            sessions.setInitializationFailTimeout(-1);
            sessions.setConnectionTimeout(1_000);
            return new Loaded(shaped(URL, values, SESSIONS), sessions);
        }

        void load(AtomicBoolean over, LongAdder done, LongAdder refused) {
            var held = new ArrayList<Connection>();
            try {
                for (var source : List.of(pool, sessions)) {
                    for (int i = 0; i < source.getMaximumPoolSize(); i++) {
                        held.add(source.getConnection());
                    }
                }
                done.add(held.size());
            } catch (SQLException e) {
                if (!over.get()) {
                    refused.increment();
                }
            } finally {
                for (var connection : held) {
                    try {
                        connection.close();
                    } catch (SQLException e) {
                        // It ends anyway.
                        over.get();
                    }
                }
            }
        }

        @Override
        public void close() {
            pool.close();
            sessions.close();
        }
    }

    private static int clients(Connection observer) throws SQLException {
        try (var statement = observer.createStatement();
                var rows =
                        statement.executeQuery(
                                "select count(*) from pg_stat_activity"
                                        + " where backend_type = 'client backend'")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    /** What was sampled. */
    private record Sampled(int most, long done, long refused) {}

    /** Ten instances under load are replaced one by one, the new one first. */
    private static Sampled deploy(Map<String, String> values) throws Exception {
        var most = new AtomicInteger();
        var done = new LongAdder();
        var refused = new LongAdder();
        var over = new AtomicBoolean();
        Deque<Loaded> instances = new ArrayDeque<>();
        try (var observer = DriverManager.getConnection(URL);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var sampling =
                    threads.submit(() -> {
                        while (!over.get()) {
                            most.accumulateAndGet(clients(observer), Math::max);
                        }
                        return true;
                    });
            try {
                for (int i = 0; i < 20 && refused.sum() == 0; i++) {
                    var started = Loaded.start(values);
                    instances.addLast(started);
                    for (var instance : instances) {
                        instance.load(over, done, refused);
                    }
                    if (instances.size() == 11) {
                        instances.removeFirst().close();
                    }
                }
            } finally {
                over.set(true);
                instances.forEach(Loaded::close);
            }
            assertThat(sampling.get()).isTrue();
        }
        return new Sampled(most.get(), done.sum(), refused.sum());
    }

    @Test
    void tenInstancesNeverExceedTheServerAlsoDuringADeploy() throws Exception {
        var sampled = deploy(Map.of("CONCERTINA_FLEET_SIZE_MAX", "11"));
        System.out.printf(
                "10 instances and one more during a deploy: at most %d of %d connections, %d"
                        + " loans%n",
                sampled.most(), TestReplication.MAX_CONNECTIONS, sampled.done());
        assertThat(sampled.refused()).isZero();
        assertThat(sampled.most()).isBetween(60, TestReplication.MAX_CONNECTIONS - 3);
    }

    @Test
    void withoutTheBudgetTheyWould() throws Exception {
        var sampled =
                deploy(
                        Map.of(
                                "CONCERTINA_FLEET_SIZE_MAX", "11",
                                "concertina.database.wait", "500ms",
                                "concertina.database.budget", "off"));
        assertThat(sampled.refused()).isPositive();
    }
}
