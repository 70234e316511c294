package dev.concertina.starter.database;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;

/**
 * The pool named {@code dataSource}, and replicas. What is written here wins over {@code
 * spring.datasource.hikari.*}, and that over the defaults.
 *
 * @param pool connections of each instance; default 10, or fewer if the server has not as many for
 *     the whole fleet
 * @param poolMin how many stay open without work; default 2
 * @param connectTimeout for making a connection; default 15 s
 * @param patience key {@code wait}: for a connection when all are lent; default 10 s
 * @param idle how long one stays open without work; default 60 s
 * @param budget what to do when the server has not enough connections for all instances; default
 *     refuse
 * @param spare connections of the server that are left to people and tools; default 3
 * @param instances how many instances there may be at one time; default {@code
 *     CONCERTINA_FLEET_SIZE_MAX}, else 1
 * @param replicas addresses of read replicas, with the primary's user and password if they name
 *     none
 * @param lagMax a replica further behind is left out; default 10 s
 * @param watch how often replicas are looked at; default 500 ms
 */
@ConfigurationProperties("concertina.database")
public record DatabaseSettings(
        Optional<Integer> pool,
        Optional<Integer> poolMin,
        Optional<Duration> connectTimeout,
        @Name("wait") Optional<Duration> patience,
        Optional<Duration> idle,
        @DefaultValue("refuse") Shortage budget,
        @DefaultValue("3") int spare,
        Optional<Integer> instances,
        @DefaultValue List<String> replicas,
        @DefaultValue("10s") Duration lagMax,
        @DefaultValue("500ms") Duration watch) {
    private static final String KEY = "concertina.database.";

    /** What to do when the server has not enough connections. */
    public enum Shortage {
        /** The start fails. */
        REFUSE,
        /** It is said in the log. */
        WARN,
        /** Nobody counts. */
        OFF
    }

    public DatabaseSettings {
        replicas = List.copyOf(replicas);
        require(pool.orElse(1) >= 1, "pool is " + pool.orElse(0) + ". Give it 10.");
        require(poolMin.orElse(0) >= 0, "pool-min is " + poolMin.orElse(0) + ". Give it 2.");
        require(spare >= 0, "spare is " + spare + ". Give it 3.");
        require(instances.orElse(1) >= 1, "instances is " + instances.orElse(0) + ". Give it 1.");
        require(
                connectTimeout.orElse(Duration.ofSeconds(1)).compareTo(Duration.ofSeconds(1)) >= 0,
                "connect-timeout is " + connectTimeout.orElse(Duration.ZERO) + ". Give it 15s.");
        // As HikariCP has it: it would take a default of its own without a word.
        require(
                patience.orElse(Duration.ofSeconds(1)).compareTo(Duration.ofMillis(250)) >= 0,
                "wait is " + patience.orElse(Duration.ZERO) + ". Give it 250ms or more.");
        require(
                idle.orElse(Duration.ofMinutes(1)).compareTo(Duration.ofSeconds(10)) >= 0,
                "idle is " + idle.orElse(Duration.ZERO) + ". Give it 10s or more.");
        require(lagMax.isPositive(), "lag-max is " + lagMax + ". Give it 10s.");
        require(
                watch.compareTo(Duration.ofMillis(50)) >= 0,
                "watch is " + watch + ". Give it 50ms or more.");
    }

    private static void require(boolean met, String problem) {
        if (!met) {
            throw new IllegalArgumentException(KEY + problem);
        }
    }

    // Addresses may hold passwords.
    @Override
    public String toString() {
        return "DatabaseSettings[pool=" + pool + ", replicas=" + replicas.size() + "]";
    }
}
