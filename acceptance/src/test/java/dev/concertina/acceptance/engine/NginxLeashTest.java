package dev.concertina.acceptance.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.contract.InstanceId;
import dev.concertina.fleet.host.NginxProgram;
import dev.concertina.fleet.host.Notice;
import dev.concertina.fleet.host.OsHost;
import dev.concertina.fleet.time.SystemTime;
import dev.concertina.fleet.traffic.Gateway;
import dev.concertina.fleet.traffic.GatewaySettings;
import dev.concertina.fleet.traffic.NginxGateway;
import dev.concertina.testkit.contract.GatewayContract;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The leash of a real nginx keeps what every leash promises. */
class NginxLeashTest extends GatewayContract {
    @TempDir Path state;

    private final OsHost host = new OsHost();
    private final List<Notice> notices = new CopyOnWriteArrayList<>();
    private NginxGateway gateway;

    @BeforeEach
    void open() {
        gateway =
                NginxGateway.open(
                        new GatewaySettings("127.0.0.1", 0, state),
                        NginxProgram.find(System.getenv()).orElseThrow(),
                        host,
                        new SystemTime(),
                        notices::add);
    }

    @AfterEach
    void stop() {
        get(gateway.stop(Duration.ofSeconds(10)));
        host.close();
    }

    @Override
    protected Gateway gateway() {
        return gateway;
    }

    @Override
    protected void kill() {
        long pid = get(gateway.status()).pid();
        ProcessHandle master = ProcessHandle.of(pid).orElseThrow();
        assertThat(master.destroyForcibly()).isTrue();
        master.onExit().join();
    }

    @Override
    protected void takeOver() {
        gateway.close();
        open();
    }

    @Override
    protected boolean canBeUpgraded() {
        return false;
    }

    @Test
    void aRestartIsCountedAndNoticed() {
        get(gateway.route(table(5, new InstanceId("app-1"))));
        takeOver();
        kill();
        assertThat(get(gateway.status()).tableVersion()).isEqualTo(5);
        assertThat(gateway.restarts()).isEqualTo(1);
        assertThat(notices).extracting(Notice::kind).contains("gateway.ended", "gateway.started");
    }
}
