package dev.concertina.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.contract.Env;
import dev.concertina.fleet.host.LaunchSpec;
import dev.concertina.fleet.host.Signal;
import dev.concertina.fleet.probe.Prober;
import dev.concertina.testkit.SimHost;
import dev.concertina.testkit.SimProber;
import dev.concertina.testkit.SimProgram;
import dev.concertina.testkit.SimTime;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

class SimProberTest extends ProberContract {
    private final SimTime time = new SimTime(1);
    private final SimHost host = new SimHost(time, _ -> program());
    private final SimProber prober = new SimProber(time, host);
    private SimProgram program = SimProgram.good();

    private SimProgram program() {
        return program;
    }

    @Override
    protected Prober prober() {
        return prober;
    }

    @Override
    protected URI answering(int status, String body) {
        return uri(listening(SimProgram.good().answering(status, body)));
    }

    @Override
    protected URI refusing() {
        return uri(host.freePort());
    }

    @Override
    protected URI silent() {
        int port = listening(SimProgram.good());
        host.on(port).orElseThrow().signal(Signal.STOP);
        return uri(port);
    }

    @Override
    protected URI breaking() {
        return uri(listening(SimProgram.good().breaking()));
    }

    /** The port of a process that has opened it. */
    private int listening(SimProgram what) {
        program = what;
        int port = host.freePort();
        host.start(
                new LaunchSpec(
                        "contract",
                        List.of(SimHost.PROGRAM),
                        Map.of(Env.PORT, Integer.toString(port)),
                        Path.of("/sim"),
                        Path.of("/sim/log")));
        time.advance(what.listensAfter());
        return port;
    }

    private static URI uri(int port) {
        return URI.create("http://127.0.0.1:" + port + "/health/ready");
    }

    @Override
    protected void await(String what, BooleanSupplier condition) {
        assertThat(time.advanceUntil(condition, Duration.ofHours(1))).as(what).isTrue();
    }
}
