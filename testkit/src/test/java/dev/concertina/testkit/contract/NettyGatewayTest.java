package dev.concertina.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.contract.InstanceId;
import dev.concertina.fleet.host.Notice;
import dev.concertina.fleet.host.OsHost;
import dev.concertina.fleet.time.SystemTime;
import dev.concertina.fleet.traffic.Gateway;
import dev.concertina.fleet.traffic.GatewayException;
import dev.concertina.fleet.traffic.GatewaySettings;
import dev.concertina.fleet.traffic.NettyGateway;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The leash with a small gateway in the place of ours, see GatewayMain in the test sources. */
class NettyGatewayTest extends GatewayContract {
    private static final Duration AMPLE = Duration.ofSeconds(10);

    @TempDir Path state;

    private final OsHost host = new OsHost();
    private final List<Notice> notices = new CopyOnWriteArrayList<>();
    private NettyGateway gateway;

    @BeforeEach
    void open() {
        gateway = open(0);
    }

    private NettyGateway open(int port) {
        return NettyGateway.open(
                new GatewaySettings("127.0.0.1", port, state),
                host,
                new SystemTime(),
                notices::add);
    }

    @AfterEach
    void stop() {
        get(gateway.stop(AMPLE));
        host.close();
    }

    @Override
    protected Gateway gateway() {
        return gateway;
    }

    @Override
    protected void kill() {
        long pid = get(gateway.status()).pid();
        assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();
    }

    @Override
    protected void takeOver() {
        gateway.close();
        gateway = open(0);
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

    @Test
    void aTakenPortNamesTheKeyTheValueAndTheOwner(@TempDir Path other) throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var settings = new GatewaySettings("127.0.0.1", taken.getLocalPort(), other);
            assertThatThrownBy(
                            () -> NettyGateway.open(settings, host, new SystemTime(), notices::add))
                    .isInstanceOf(GatewayException.class)
                    .hasMessageContaining("gateway.listen is 127.0.0.1:" + taken.getLocalPort())
                    .hasMessageContaining("process " + ProcessHandle.current().pid() + " (java)");
        }
    }
}
