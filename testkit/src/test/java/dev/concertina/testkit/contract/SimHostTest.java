package dev.concertina.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.contract.Env;
import dev.concertina.fleet.host.Exit;
import dev.concertina.fleet.host.Host;
import dev.concertina.fleet.host.Instance;
import dev.concertina.fleet.host.LaunchSpec;
import dev.concertina.fleet.host.Signal;
import dev.concertina.testkit.SimHost;
import dev.concertina.testkit.SimProgram;
import dev.concertina.testkit.SimTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class SimHostTest extends HostContract {
    private final SimTime time = new SimTime(1);
    private final SimHost host = new SimHost(time, release -> program(Behaviour.valueOf(release)));

    private static SimProgram program(Behaviour behaviour) {
        return switch (behaviour) {
            case ENDS_WITH_7 -> SimProgram.good().exiting(Duration.ofMillis(100), 7);
            case RUNS -> SimProgram.good();
            case IGNORES_TERM -> SimProgram.good().deaf();
        };
    }

    @Override
    protected Host host() {
        return host;
    }

    /** The simulated host is the machine, and keeps no record of who started what. */
    @Override
    protected Host successor() {
        return host;
    }

    @Override
    protected LaunchSpec spec(Behaviour behaviour, Map<String, String> env) {
        var all = new HashMap<>(env);
        all.put(Env.RELEASE, behaviour.name());
        return new LaunchSpec(
                "contract", List.of(SimHost.PROGRAM), all, Path.of("/sim"), Path.of("/sim/log"));
    }

    @Override
    protected void settled(Instance instance, LaunchSpec spec) {
        time.advance(SimProgram.good().listensAfter());
    }

    @Override
    protected void await(String what, BooleanSupplier condition) {
        assertThat(time.advanceUntil(condition, Duration.ofHours(1))).as(what).isTrue();
    }

    @Test
    void termIsKeptForAProcessThatStaysFrozenForLong() {
        Instance instance = host.start(spec(Behaviour.RUNS, Map.of()));
        instance.signal(Signal.STOP);
        instance.signal(Signal.TERM);
        time.advance(Duration.ofMinutes(1));
        assertThat(host.running()).hasSize(1);
        instance.signal(Signal.CONT);
        assertThat(get(instance.exit())).isEqualTo(Exit.of(128 + 15));
    }
}
