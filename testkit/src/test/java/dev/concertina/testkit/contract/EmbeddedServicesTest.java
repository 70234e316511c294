package dev.concertina.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.contract.Env;
import dev.concertina.fleet.host.Notice;
import dev.concertina.fleet.host.OsHost;
import dev.concertina.fleet.host.ProcStat;
import dev.concertina.fleet.host.services.ServiceException;
import dev.concertina.fleet.host.services.ServiceState;
import dev.concertina.fleet.host.services.Services;
import dev.concertina.fleet.manifest.Manifest;
import dev.concertina.fleet.manifest.Manifest.Service;
import dev.concertina.fleet.time.SystemTime;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real PostgreSQL and Redis. */
class EmbeddedServicesTest extends ContractSuite {
    private static final Duration AMPLE = Duration.ofSeconds(20);
    private static final Optional<Service> EMBEDDED = Optional.of(new Service.Embedded());
    private static final Manifest.Services BOTH = new Manifest.Services(EMBEDDED, EMBEDDED);
    private static final Manifest.Services REDIS =
            new Manifest.Services(EMBEDDED, Optional.empty());
    private static final Manifest.Services POSTGRES =
            new Manifest.Services(Optional.empty(), EMBEDDED);

    @TempDir Path state;

    private final OsHost host = new OsHost();
    private final List<Notice> notices = new CopyOnWriteArrayList<>();
    private Optional<Services> services = Optional.empty();

    @AfterEach
    void stop() {
        services.ifPresent(open -> open.stop(AMPLE));
        host.close();
    }

    private Services open(Manifest.Services wanted) {
        Services open = Services.open(wanted, state, host, new SystemTime(), notices::add);
        services = Optional.of(open);
        return open;
    }

    /** The last result of the statements, with the credentials an instance is given. */
    private static String ask(Map<String, String> env, String sql) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(
                                "jdbc:" + env.get(Env.DATABASE_URL),
                                env.get(Env.DATABASE_USER),
                                env.get(Env.DATABASE_PASSWORD));
                Statement statement = connection.createStatement()) {
            boolean rows = statement.execute(sql);
            while (!rows) {
                rows = statement.getMoreResults();
            }
            ResultSet result = statement.getResultSet();
            assertThat(result.next()).isTrue();
            return result.getString(1);
        }
    }

    private static ServiceState state(Services services, String kind) {
        return services.states().stream()
                .filter(s -> s.kind().equals(kind))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void servicesServeAreAdoptedComeBackAfterADeathAndKeepTheirPlace() throws Exception {
        Services first = open(BOTH);
        Map<String, String> env = first.env();
        assertThat(env.get(Env.REDIS_URL)).matches("redis://:[\\w-]{43}@127.0.0.1:\\d+");
        assertThat(env.get(Env.DATABASE_URL)).matches("postgresql://127.0.0.1:\\d+/app");
        assertThat(env.get(Env.DATABASE_USER)).isEqualTo("app");
        assertThat(first.states()).allMatch(s -> s.state().equals("ready") && s.pid() > 0);
        assertThat(first.states().toString())
                .doesNotContain(env.get(Env.DATABASE_PASSWORD))
                .doesNotContain(":@");
        assertThat(Files.getPosixFilePermissions(state.resolve("services/redis/password")))
                .hasSize(2);

        assertThat(ask(env, "show server_version")).startsWith("18.");
        assertThat(ask(env, "show max_connections")).isEqualTo("400");
        assertThat(
                        ask(
                                env,
                                "create table kept(it text); insert into kept values ('yes');"
                                        + " select it from kept"))
                .isEqualTo("yes");

        first.close();
        Services next = open(BOTH);
        assertThat(next.env()).isEqualTo(env);
        assertThat(next.states()).isEqualTo(first.states());

        for (String kind : List.of("redis", "postgres")) {
            long pid = state(next, kind).pid();
            assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();
            await(
                    kind + " is back",
                    () ->
                            state(next, kind).state().equals("ready")
                                    && state(next, kind).pid() != pid);
        }
        assertThat(notices)
                .extracting(n -> n.kind() + " " + n.subject())
                .contains("service.ended redis", "service.started postgres");
        assertThat(next.env()).isEqualTo(env);

        next.stop(AMPLE);
        assertThat(next.states()).allMatch(s -> s.state().equals("stopped"));
        assertThat(open(BOTH).env()).isEqualTo(env);
        assertThat(ask(env, "select it from kept")).isEqualTo("yes");
    }

    @Test
    void thePortOfLastTimeIsGivenUpWhenSomebodyElseHasIt() throws Exception {
        Services first = open(REDIS);
        URI before = URI.create(first.env().get(Env.REDIS_URL));
        first.stop(AMPLE);
        try (var _ = new ServerSocket(before.getPort(), 1, InetAddress.getLoopbackAddress())) {
            URI after = URI.create(open(REDIS).env().get(Env.REDIS_URL));
            assertThat(after.getPort()).isNotEqualTo(before.getPort());
            assertThat(after.getUserInfo()).isEqualTo(before.getUserInfo());
        }
        assertThat(notices).extracting(Notice::kind).contains("service.moved");
    }

    @Test
    void aServerThatWasStartedButNeverWrittenDownIsEnded() throws Exception {
        Services first = open(REDIS);
        long pid = state(first, "redis").pid();
        int port = URI.create(first.env().get(Env.REDIS_URL)).getPort();
        first.close();
        Files.writeString(
                state.resolve("services/redis/service.json"),
                "{\"port\":" + port + ",\"pid\":0,\"startTime\":0}");

        Services next = open(REDIS);
        assertThat(state(next, "redis").pid()).isNotEqualTo(pid);
        await("the first has ended", () -> ProcStat.of(pid).filter(ProcStat::alive).isEmpty());
        assertThat(next.env()).isEqualTo(first.env());
    }

    @Test
    void dataOfAnotherPostgresqlIsRefusedWithAWayOut() throws Exception {
        Path data = Files.createDirectories(state.resolve("services/postgres/data"));
        Files.writeString(data.resolve("PG_VERSION"), "17\n");
        assertThatThrownBy(() -> open(POSTGRES))
                .isInstanceOf(ServiceException.class)
                .hasMessage(
                        "services.postgres: %1$s was written by PostgreSQL 17; the embedded server"
                                + " is PostgreSQL 18. Keep it aside and start empty: mv %1$s"
                                + " %1$s.old",
                        data);
    }

    @Test
    void damagedDataIsNamedWithWhatTheServerSaid() throws Exception {
        Path folder = Files.createDirectories(state.resolve("services/redis"));
        Files.writeString(folder.resolve("appendonly.aof"), "no commands at all\n".repeat(10));
        assertThatThrownBy(() -> open(REDIS))
                .isInstanceOf(ServiceException.class)
                .hasMessageContaining("services.redis: the process ended while it started")
                .hasMessageContaining("Bad file format")
                .hasMessageContaining("rm " + folder + "/appendonly.aof");
    }

    @Test
    void aServiceElsewhereIsPassedOnAndShownWithoutCredentials() {
        var elsewhere =
                new Service.External(
                        URI.create("rediss://:s3cret@cache.example:6380"),
                        Optional.empty(),
                        Optional.empty());
        Services open = open(new Manifest.Services(Optional.of(elsewhere), Optional.empty()));
        assertThat(open.env())
                .containsExactly(Map.entry(Env.REDIS_URL, "rediss://:s3cret@cache.example:6380"));
        assertThat(open.states())
                .containsExactly(
                        new ServiceState("redis", 0, "rediss://cache.example:6380", "external"));
    }
}
