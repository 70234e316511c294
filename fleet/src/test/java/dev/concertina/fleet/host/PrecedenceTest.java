package dev.concertina.fleet.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PrecedenceTest {
    private static final OptionalLong LONG_NANOS = OptionalLong.of(Precedence.SLICE.toNanos());

    @BeforeEach
    void needsTheKernel() {
        assumeTrue(Precedence.available());
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
            var before = Precedence.nanos(process.pid());
            assertThat(Precedence.say(identity, true)).isTrue();
            assertThat(Precedence.nanos(process.pid())).isEqualTo(LONG_NANOS);
            assertThat(Precedence.say(identity, false)).isTrue();
            assertThat(Precedence.nanos(process.pid())).isEqualTo(before).isNotEqualTo(LONG_NANOS);
            var other = new ProcessIdentity(identity.pid(), identity.startTime() + 1);
            assertThat(Precedence.say(other, true)).as("another process of that pid").isFalse();
            assertThat(Precedence.nanos(process.pid())).isEqualTo(before);
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(Precedence.say(identityOfNobody(process), true)).isFalse();
    }

    @Test
    void itIsNicerForAWhileUnlessTheProgramKnowsBetter() throws Exception {
        assumeTrue(Precedence.usesNice(), "a nice value cannot be lowered here");
        int own = Precedence.nice(0).orElseThrow();
        var process = new ProcessBuilder("sleep", "60").start();
        try {
            var identity = identity(process);
            assertThat(Precedence.say(identity, true)).isTrue();
            assertThat(Precedence.nice(process.pid())).hasValue(own + Precedence.NICER);
            assertThat(Precedence.say(identity, false)).isTrue();
            assertThat(Precedence.nice(process.pid())).hasValue(own);
            String pid = Long.toString(process.pid());
            new ProcessBuilder("renice", "-n", own + 3 + "", "-p", pid).start().waitFor();
            assertThat(Precedence.say(identity, true)).isTrue();
            assertThat(Precedence.nice(process.pid())).hasValue(own + 3);
            assertThat(Precedence.say(identity, false)).isTrue();
            assertThat(Precedence.nice(process.pid())).hasValue(own + 3);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static ProcessIdentity identityOfNobody(Process process) {
        return new ProcessIdentity(process.pid(), 1);
    }

    @Test
    void whatAProcessStartsInheritsIt() throws Exception {
        var process = new ProcessBuilder("sh", "-c", "read go; sleep 60 & echo $!; wait").start();
        try {
            assertThat(Precedence.say(identity(process), true)).isTrue();
            try (var in = process.outputWriter()) {
                in.write("go\n");
                in.flush();
                long child = Long.parseLong(process.inputReader().readLine());
                assertThat(Precedence.nanos(child)).isEqualTo(LONG_NANOS);
                ProcessHandle.of(child).ifPresent(ProcessHandle::destroyForcibly);
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
    }
}
