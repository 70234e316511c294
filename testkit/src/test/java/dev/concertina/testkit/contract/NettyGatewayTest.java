package dev.concertina.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.contract.GatewayStatus;
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
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The leash with a small gateway in the place of ours, see GatewayMain in the test sources. */
class NettyGatewayTest extends GatewayContract {
    private static final Duration AMPLE = Duration.ofSeconds(10);
    private static final String CLASS_PATH = System.getProperty("java.class.path");
    private static final InstanceId ONE = new InstanceId("app-1");

    @TempDir Path state;

    private final OsHost host = new OsHost();
    private final List<Notice> notices = new CopyOnWriteArrayList<>();
    private volatile Consumer<Notice> atStep = notice -> {};
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
                notice -> {
                    notices.add(notice);
                    atStep.accept(notice);
                });
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
    void tablesAndDrainsConcernEveryLivingProcess() {
        get(gateway.route(table(1, ONE)));
        get(gateway.upgrade(CLASS_PATH, AMPLE));
        assertThat(get(gateway.route(table(9, ONE))).tableVersion()).isEqualTo(9);
        // Both processes report the target.
        assertThat(get(gateway.status()).targets()).hasSize(2);
        get(gateway.route(table(10)));
        assertThat(get(gateway.drain(ONE, AMPLE)).cut()).isEqualTo(1);
        killPid(gateway.leaving().getFirst());
        await("the old one is gone", () -> gateway.leaving().isEmpty());
        assertThat(get(gateway.drain(ONE, AMPLE)).cut()).isZero();
        assertThat(gateway.restarts()).isZero();
    }

    /**
     * The steps as they are told, the one that is killed then, and whether the heir leads after.
     */
    private static final List<Kill> KILLS =
            List.of(
                    new Kill("gateway.successor", false, false),
                    new Kill("gateway.successor", true, true),
                    new Kill("gateway.accepting", false, false),
                    new Kill("gateway.accepting", true, true),
                    new Kill("gateway.leaving", true, true));

    private record Kill(String step, boolean old, boolean upgraded) {}

    @Test
    void whoeverIsKilledAtAnyStepTheOtherServes() {
        get(gateway.route(table(4, ONE)));
        for (Kill kill : KILLS) {
            long old = get(gateway.status()).pid();
            atStep =
                    notice -> {
                        if (notice.kind().equals(kill.step)) {
                            killPid(kill.old ? old : pidIn(notice));
                        }
                    };
            var upgrade = gateway.upgrade(CLASS_PATH, AMPLE).toCompletableFuture();
            await("the upgrade has ended", upgrade::isDone);
            assertThat(upgrade.isCompletedExceptionally())
                    .as("%s", kill)
                    .isNotEqualTo(kill.upgraded);
            GatewayStatus status = get(gateway.status());
            assertThat(status.pid() != old).as("%s", kill).isEqualTo(kill.upgraded);
            assertThat(status.tableVersion()).isEqualTo(4);
            await("the dead one is forgotten", () -> gateway.leaving().isEmpty());
        }
        assertThat(gateway.restarts()).isZero();
    }

    @Test
    void bothKilledAtOnceAreFollowedByAFreshOne() {
        get(gateway.route(table(4, ONE)));
        long old = get(gateway.status()).pid();
        atStep =
                notice -> {
                    if (notice.kind().equals("gateway.successor")) {
                        killPid(old);
                        killPid(pidIn(notice));
                    }
                };
        var upgrade = gateway.upgrade(CLASS_PATH, AMPLE).toCompletableFuture();
        await("the upgrade has ended", upgrade::isDone);
        assertThat(upgrade).isCompletedExceptionally();
        assertThat(get(gateway.status()).tableVersion()).isEqualTo(4);
        assertThat(gateway.restarts()).isEqualTo(1);
    }

    @Test
    void aFleetProcessThatDiesAtAnyStepIsFollowedByOneThatFindsBoth() {
        get(gateway.route(table(4, ONE)));
        for (String step : List.of("gateway.successor", "gateway.accepting", "gateway.leaving")) {
            long old = get(gateway.status()).pid();
            atStep =
                    notice -> {
                        if (notice.kind().equals(step)) {
                            gateway.close();
                        }
                    };
            var upgrade = gateway.upgrade(CLASS_PATH, AMPLE).toCompletableFuture();
            await("the upgrade has ended", upgrade::isDone);
            atStep = notice -> {};
            takeOver();
            GatewayStatus status = get(gateway.status());
            assertThat(status.tableVersion()).isEqualTo(4);
            if (step.equals("gateway.successor")) {
                assertThat(status.pid()).isEqualTo(old);
                await("the successor is gone", () -> gateway.leaving().isEmpty());
            } else {
                assertThat(status.pid()).isNotEqualTo(old);
                assertThat(gateway.leaving()).contains(old);
            }
        }
    }

    @Test
    void aSuccessorThatDoesNotStartLeavesTheGatewayAsItIs() {
        get(gateway.route(table(4, ONE)));
        long old = get(gateway.status()).pid();
        var upgrade = gateway.upgrade("/no/such/installation", AMPLE).toCompletableFuture();
        await("the upgrade has ended", upgrade::isDone);
        assertThatThrownBy(upgrade::join)
                .hasMessageContaining("process " + old + " goes on")
                .hasMessageContaining("GatewayMain");
        takeOver();
        assertThat(get(gateway.status()).pid()).isEqualTo(old);
    }

    private static long pidIn(Notice notice) {
        return Long.parseLong(notice.text().replaceAll("\\D+(\\d+).*", "$1"));
    }

    private static void killPid(long pid) {
        ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
        assertThat(process.destroyForcibly()).isTrue();
        process.onExit().join();
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
