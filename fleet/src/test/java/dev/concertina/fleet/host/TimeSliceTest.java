package dev.concertina.fleet.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TimeSliceTest {
    private static final Duration LONG = Duration.ofMillis(50);
    private static final OptionalLong LONG_NANOS = OptionalLong.of(LONG.toNanos());

    @BeforeEach
    void needsTheKernel() {
        assumeTrue(TimeSlice.available());
    }

    private static ProcessIdentity identity(Process process) {
        var stat = ProcStat.of(process.pid()).orElseThrow();
        return new ProcessIdentity(process.pid(), stat.startTime());
    }

    @Test
    void aProcessGetsOneAndGivesItBack() throws Exception {
        var process = new ProcessBuilder("sleep", "60").start();
        try {
            var identity = identity(process);
            var before = TimeSlice.nanos(process.pid());
            assertThat(TimeSlice.give(identity, LONG)).isTrue();
            assertThat(TimeSlice.nanos(process.pid())).isEqualTo(LONG_NANOS);
            assertThat(TimeSlice.give(identity, TimeSlice.ORDINARY)).isTrue();
            assertThat(TimeSlice.nanos(process.pid())).isEqualTo(before).isNotEqualTo(LONG_NANOS);
            var other = new ProcessIdentity(identity.pid(), identity.startTime() + 1);
            assertThat(TimeSlice.give(other, LONG)).as("another process of that pid").isFalse();
            assertThat(TimeSlice.nanos(process.pid())).isEqualTo(before);
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(TimeSlice.give(identityOfNobody(process), LONG)).isFalse();
    }

    private static ProcessIdentity identityOfNobody(Process process) {
        return new ProcessIdentity(process.pid(), 1);
    }

    @Test
    void whatAProcessStartsInheritsIt() throws Exception {
        var process = new ProcessBuilder("sh", "-c", "read go; sleep 60 & echo $!; wait").start();
        try {
            assertThat(TimeSlice.give(identity(process), LONG)).isTrue();
            try (var in = process.outputWriter()) {
                in.write("go\n");
                in.flush();
                long child = Long.parseLong(process.inputReader().readLine());
                assertThat(TimeSlice.nanos(child)).isEqualTo(LONG_NANOS);
                ProcessHandle.of(child).ifPresent(ProcessHandle::destroyForcibly);
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
    }
}
