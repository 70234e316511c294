package dev.concertina.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.fleet.host.Exit;
import dev.concertina.fleet.host.Host;
import dev.concertina.fleet.host.HostException;
import dev.concertina.fleet.host.Instance;
import dev.concertina.fleet.host.LaunchSpec;
import dev.concertina.fleet.host.ProcessIdentity;
import dev.concertina.fleet.host.Signal;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What every {@link Host} promises. */
public abstract class HostContract extends ContractSuite {

    /** What a program does that the suite asks for. */
    protected enum Behaviour {
        /** Ends by itself with code 7. */
        ENDS_WITH_7,
        /** Runs until it is sent TERM or INT. */
        RUNS,
        /** Runs until it is sent KILL. */
        IGNORES_TERM
    }

    protected abstract Host host();

    /** A host as the next fleet process would have it: same machine, knows nothing. */
    protected abstract Host successor();

    /** A program of this behaviour, for {@link Host#start}. */
    protected abstract LaunchSpec spec(Behaviour behaviour, Map<String, String> env);

    /** Lets time pass until the program behaves as asked; one that ends needs none. */
    protected abstract void settled(Instance instance, LaunchSpec spec);

    private Instance start(Behaviour behaviour) {
        return start(behaviour, Map.of());
    }

    private Instance start(Behaviour behaviour, Map<String, String> env) {
        LaunchSpec spec = spec(behaviour, env);
        Instance instance = host().start(spec);
        if (behaviour != Behaviour.ENDS_WITH_7) {
            settled(instance, spec);
        }
        return instance;
    }

    private static boolean over(Instance instance) {
        return instance.exit().toCompletableFuture().isDone();
    }

    @Test
    void aProcessThatEndsTellsItsCode() {
        assertThat(get(start(Behaviour.ENDS_WITH_7).exit())).isEqualTo(Exit.of(7));
    }

    @Test
    void termAsksAProcessToEnd() {
        Instance instance = start(Behaviour.RUNS);
        assertThat(over(instance)).isFalse();
        instance.signal(Signal.TERM);
        get(instance.exit());
    }

    @Test
    void killEndsAProcessThatIgnoresTerm() {
        Instance instance = start(Behaviour.IGNORES_TERM);
        instance.signal(Signal.TERM);
        instance.signal(Signal.KILL);
        assertThat(get(instance.exit())).isEqualTo(Exit.of(128 + 9));
    }

    @Test
    void aFrozenProcessEndsWhenItIsThawed() {
        Instance instance = start(Behaviour.RUNS);
        instance.signal(Signal.STOP);
        instance.signal(Signal.TERM);
        assertThat(over(instance)).isFalse();
        instance.signal(Signal.CONT);
        get(instance.exit());
    }

    @Test
    void aSignalToAnEndedProcessDoesNothing() {
        Instance instance = start(Behaviour.ENDS_WITH_7);
        get(instance.exit());
        instance.signal(Signal.KILL);
        assertThat(get(instance.exit())).isEqualTo(Exit.of(7));
    }

    @Test
    void twoProcessesHaveTwoIdentities() {
        assertThat(start(Behaviour.RUNS).identity()).isNotEqualTo(start(Behaviour.RUNS).identity());
    }

    @Test
    void theNextFleetProcessAdoptsARunningProcess() {
        Instance started = start(Behaviour.RUNS);
        Instance adopted = successor().adopt(started.identity()).orElseThrow();
        assertThat(adopted.identity()).isEqualTo(started.identity());
        assertThat(over(adopted)).isFalse();
    }

    @Test
    void anAdoptedProcessIsSignalledAndItsEndIsNoticed() {
        Instance started = start(Behaviour.RUNS);
        Instance adopted = successor().adopt(started.identity()).orElseThrow();
        adopted.signal(Signal.KILL);
        assertThat(get(adopted.exit())).isEqualTo(Exit.unknown());
    }

    @Test
    void anEndedProcessIsNotAdopted() {
        Instance ended = start(Behaviour.ENDS_WITH_7);
        get(ended.exit());
        assertThat(successor().adopt(ended.identity())).isEmpty();
    }

    @Test
    void aPidWithAnotherStartTimeIsAnotherProcess() {
        ProcessIdentity running = start(Behaviour.RUNS).identity();
        ProcessIdentity earlier = new ProcessIdentity(running.pid(), running.startTime() - 1);
        assertThat(successor().adopt(earlier)).isEmpty();
        assertThat(successor().adopt(running)).isPresent();
    }

    @Test
    void aProcessIsFoundByWhatItWasStartedWith() {
        String id = "contract-" + host().freePort();
        Instance started = start(Behaviour.RUNS, Map.of("INSTANCE_ID", id));
        Instance found = successor().find("INSTANCE_ID", id).orElseThrow();
        assertThat(found.identity()).isEqualTo(started.identity());
        found.signal(Signal.KILL);
        get(started.exit());
        await("it is gone", () -> successor().find("INSTANCE_ID", id).isEmpty());
    }

    @Test
    void aLongerValueIsAnotherValue() {
        String id = "contract-" + host().freePort();
        start(Behaviour.RUNS, Map.of("INSTANCE_ID", id + "0"));
        assertThat(successor().find("INSTANCE_ID", id)).isEmpty();
    }

    @Test
    void portsAreGivenAwayOnce() {
        Set<Integer> ports = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            ports.add(host().freePort());
        }
        assertThat(ports).hasSize(50).allMatch(port -> port >= 1024 && port <= 65535);
    }

    @Test
    void aMissingProgramIsNamed() {
        LaunchSpec good = spec(Behaviour.RUNS, Map.of());
        LaunchSpec bad =
                new LaunchSpec(
                        "registry-1",
                        List.of("no-such-program"),
                        good.env(),
                        good.directory(),
                        good.log());
        assertThatThrownBy(() -> host().start(bad))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("registry-1")
                .hasMessageContaining("no-such-program");
    }
}
