package dev.concertina.fleet.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AutogroupTest {
    @BeforeEach
    void onlyWhereThereAreSuchGroups() {
        assumeTrue(Autogroup.available());
    }

    private static ProcessIdentity identity(Process process) {
        var stat = ProcStat.of(process.pid()).orElseThrow();
        return new ProcessIdentity(process.pid(), stat.startTime());
    }

    private static String group(long pid) throws IOException {
        return Files.readString(Path.of("/proc/" + pid + "/autogroup")).strip();
    }

    @Test
    void aSessionGivesWayAndComesBack() throws Exception {
        var process = new ProcessBuilder("setsid", "sleep", "60").start();
        try {
            var identity = identity(process);
            // Until setsid(1) has made the session.
            while (!Autogroup.nice(identity, 10)) {
                Thread.onSpinWait();
            }
            assertThat(group(process.pid())).endsWith("nice 10");
            assertThat(Autogroup.nice(identity, Autogroup.ORDINARY)).isTrue();
            assertThat(group(process.pid())).endsWith("nice 0");
            var other = new ProcessIdentity(identity.pid(), identity.startTime() + 1);
            assertThat(Autogroup.nice(other, 10)).as("another process of that pid").isFalse();
            assertThat(group(process.pid())).endsWith("nice 0");
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void whatIsInThisProcessOwnGroupIsLeftAlone() throws Exception {
        var before = group(ProcessHandle.current().pid());
        var process = new ProcessBuilder("sleep", "60").start();
        try {
            assertThat(Autogroup.nice(identity(process), 10)).isFalse();
            assertThat(group(ProcessHandle.current().pid())).isEqualTo(before);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }
}
