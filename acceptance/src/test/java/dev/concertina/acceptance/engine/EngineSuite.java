package dev.concertina.acceptance.engine;

import dev.concertina.contract.Balance;
import dev.concertina.contract.GatewayStatus;
import dev.concertina.contract.InstanceId;
import dev.concertina.contract.Policies;
import dev.concertina.contract.RoutingTable;
import dev.concertina.contract.Split;
import dev.concertina.contract.Target;
import dev.concertina.fleet.host.OsHost;
import dev.concertina.fleet.time.SystemTime;
import dev.concertina.fleet.traffic.Gateway;
import dev.concertina.fleet.traffic.GatewaySettings;
import dev.concertina.testkit.contract.ContractSuite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** One gateway for all tests of a class; each test gives it its own table. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class EngineSuite extends ContractSuite {
    static final Duration AMPLE = Duration.ofSeconds(30);

    private final Engine engine;
    private final OsHost host = new OsHost();
    private final AtomicLong versions = new AtomicLong();
    private final List<Origin> origins = new ArrayList<>();
    private Path state = Path.of("/");
    private Gateway gateway = new NoGateway();
    int port;

    EngineSuite(Engine engine) {
        this.engine = engine;
    }

    /** What the gateway listens on; plain HTTP unless a suite says otherwise. */
    GatewaySettings settings(Path folder) {
        return new GatewaySettings("127.0.0.1", 0, folder);
    }

    @BeforeAll
    void start() throws IOException {
        state = Files.createTempDirectory("engine");
        takeOver();
        port = get(gateway.status()).port();
    }

    @AfterAll
    void stop() throws IOException {
        get(gateway.stop(Duration.ofSeconds(5)));
        host.close();
        try (var files = Files.walk(state)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        }
    }

    Path state() {
        return state;
    }

    Engine engine() {
        return engine;
    }

    @AfterEach
    void closeOrigins() {
        origins.forEach(Origin::close);
        origins.clear();
    }

    Gateway gateway() {
        return gateway;
    }

    /** The fleet process is killed, and the next one takes the gateway over. */
    void takeOver() {
        engine.letGo(gateway);
        gateway = engine.open(settings(state), host, new SystemTime());
    }

    Origin origin(Origin origin) {
        origins.add(origin);
        return origin;
    }

    static InstanceId id(int number) {
        return new InstanceId("app-" + number);
    }

    static Target target(int number, int port) {
        return new Target(id(number), "127.0.0.1", port, "r1");
    }

    GatewayStatus route(Balance balance, Policies policies, Target... targets) {
        return get(
                gateway.route(
                        new RoutingTable(
                                versions.incrementAndGet(), balance, List.of(targets), policies)));
    }

    GatewayStatus divide(Split split, Balance balance, Policies policies, Target... targets) {
        return get(
                gateway.route(
                        new RoutingTable(
                                versions.incrementAndGet(),
                                balance,
                                List.of(targets),
                                policies,
                                Optional.of(split))));
    }

    /** These origins are app-1, app-2 … in turn. */
    void serve(Policies policies, Origin... served) {
        Target[] targets = new Target[served.length];
        for (int i = 0; i < served.length; i++) {
            targets[i] = target(i + 1, served[i].port());
        }
        route(Balance.ROUND_ROBIN, policies, targets);
    }

    Wire client() throws IOException {
        return Wire.to(port);
    }

    /** One request on a connection of its own. */
    Message ask(String method, String target, String fields, String body) throws IOException {
        try (Wire wire = client()) {
            return wire.ask(method, target, fields, body);
        }
    }

    Message get(String target) throws IOException {
        return ask("GET", target, "", "");
    }
}
