package dev.concertina.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.contract.Env;
import dev.concertina.fleet.host.Notice;
import dev.concertina.fleet.host.OsHost;
import dev.concertina.fleet.host.services.ServiceState;
import dev.concertina.fleet.host.services.Services;
import dev.concertina.fleet.manifest.Manifest;
import dev.concertina.fleet.manifest.Manifest.Service;
import java.nio.file.Files;
import java.nio.file.Path;
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
    private static final Manifest.Services BOTH =
            new Manifest.Services(
                    Optional.of(new Service.Embedded()), Optional.of(new Service.Embedded()));

    @TempDir Path state;

    private final OsHost host = new OsHost();
    private final List<Notice> notices = new CopyOnWriteArrayList<>();
    private Optional<Services> services = Optional.empty();

    @AfterEach
    void stop() {
        services.ifPresent(open -> open.stop(AMPLE));
        host.close();
    }

    private Services open() {
        Services open = Services.open(BOTH, state, host, new RealTime(), notices::add);
        services = Optional.of(open);
        return open;
    }

    private static ServiceState state(Services services, String kind) {
        return services.states().stream()
                .filter(s -> s.kind().equals(kind))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void servicesServeAreAdoptedComeBackAfterADeathAndKeepTheirPlace() throws Exception {
        Services first = open();
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

        first.close();
        Services next = open();
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
        assertThat(open().env()).isEqualTo(env);
    }
}
