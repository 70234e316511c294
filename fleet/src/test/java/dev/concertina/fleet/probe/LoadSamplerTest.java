package dev.concertina.fleet.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.fleet.host.ProcStat;
import dev.concertina.fleet.host.ProcessIdentity;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class LoadSamplerTest {
    private final LoadSampler sampler = new LoadSampler();
    private final long pid = ProcessHandle.current().pid();
    private final long startTime = ProcStat.of(pid).orElseThrow().startTime();

    @Test
    void aJvmHasUsedTimeAndMemory() {
        ProcessLoad load = sampler.sample(new ProcessIdentity(pid, startTime)).orElseThrow();
        assertThat(load.cpu()).isBetween(Duration.ofMillis(50), Duration.ofHours(1));
        assertThat(load.residentBytes()).isBetween(10L << 20, 64L << 30);
    }

    @Test
    void theCpuTimeIsTheJvmsOwnCount() {
        Duration told = ProcessHandle.current().info().totalCpuDuration().orElseThrow();
        ProcessLoad load = sampler.sample(new ProcessIdentity(pid, startTime)).orElseThrow();
        assertThat(load.cpu()).isBetween(told, told.plusSeconds(5));
    }

    @Test
    void anotherProcessWithThePidIsNotSampled() {
        assertThat(sampler.sample(new ProcessIdentity(pid, startTime - 1))).isEmpty();
    }
}
