package dev.concertina.fleet.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the contract cannot say of every host: zombies, reused pids, messages. */
@EnabledOnOs(OS.LINUX)
class OsHostLinuxTest {
    @TempDir Path folder;

    private final OsHost host = new OsHost();
    private final List<Instance> started = new ArrayList<>();

    @AfterEach
    void endAll() {
        started.forEach(instance -> instance.signal(Signal.KILL));
        started.forEach(instance -> Waits.end(instance));
        host.close();
    }

    private Instance start(String script) {
        Instance instance = host.start(spec("/bin/sh", "-c", script));
        started.add(instance);
        return instance;
    }

    private LaunchSpec spec(String... command) {
        return new LaunchSpec("app-1", List.of(command), Map.of(), folder, log());
    }

    private Path log() {
        return folder.resolve("app-1.log");
    }

    private static ProcStat stat(long pid) {
        return ProcStat.of(pid).orElseThrow();
    }

    @Test
    void aZombieHasEnded() {
        // The shell becomes sleep, which never reaps the child it inherits.
        start("sleep 300 & echo $!; exec sleep 300");
        Waits.until("the pid is told", () -> LogTail.end(log()) > 1);
        long pid = Long.parseLong(LogTail.since(log(), 0, 1).strip());
        ProcessIdentity child = new ProcessIdentity(pid, stat(pid).startTime());
        Instance adopted = host.adopt(child).orElseThrow();

        adopted.signal(Signal.KILL);
        assertThat(Waits.end(adopted)).isEqualTo(Exit.unknown());
        assertThat(stat(pid).state()).isEqualTo('Z');
        assertThat(host.adopt(child)).isEmpty();
    }

    @Test
    void aConfinedProcessHasItsLimitsAndIsItself() {
        var confines = new Confines(OptionalInt.of(99), OptionalLong.of(1L << 30), true);
        var spec =
                new LaunchSpec(
                        "app-1",
                        List.of(
                                "/bin/sh",
                                "-c",
                                "ulimit -n; ulimit -d; nice; cat /proc/self/oom_score_adj; echo $$;"
                                        + " exec sleep 300"),
                        Map.of(),
                        folder,
                        log(),
                        confines);
        Instance instance = host.start(spec);
        started.add(instance);
        Waits.until("it has told", () -> LogTail.since(log(), 0, 9).lines().count() == 5);
        assertThat(LogTail.since(log(), 0, 9))
                .isEqualTo("99\n1048576\n19\n1000\n" + instance.identity().pid());
    }

    @Test
    void aLimitThatIsNotGrantedEndsTheStartAndSaysSo() {
        var script = new Confines(OptionalInt.of(1 << 30), OptionalLong.empty(), false);
        var spec =
                new LaunchSpec("app-1", List.of("sleep", "300"), Map.of(), folder, log(), script);
        Instance instance = host.start(spec);
        started.add(instance);
        assertThat(Waits.end(instance)).isEqualTo(Exit.of(126));
        assertThat(LogTail.since(log(), 0, 9)).contains("ulimit");
    }

    @Test
    void stopFreezesAndContThaws() {
        Instance instance = start("exec sleep 300");
        long pid = instance.identity().pid();
        instance.signal(Signal.STOP);
        Waits.until("it is frozen", () -> stat(pid).state() == 'T');
        instance.signal(Signal.CONT);
        Waits.until("it is thawed", () -> stat(pid).state() != 'T');
    }

    @Test
    void aProcessWithAnotherStartTimeIsNotSignalled() {
        Instance instance = start("exec sleep 300");
        ProcessIdentity running = instance.identity();
        new SignalSender(new ProcessTable.Linux())
                .send(new ProcessIdentity(running.pid(), running.startTime() - 1), Signal.KILL);
        instance.signal(Signal.TERM);
        assertThat(Waits.end(instance)).isEqualTo(Exit.of(128 + 15));
    }

    @Test
    void aPidThatIsHandedOutAgainBetweenCheckAndSignalIsNotHit() {
        Instance instance = start("exec sleep 300");
        ProcessIdentity earlier = new ProcessIdentity(instance.identity().pid(), 1);
        // The first look still sees the earlier process, every later one its successor.
        Deque<Long> looks = new ArrayDeque<>(List.of(1L));
        ProcessTable table =
                _ ->
                        OptionalLong.of(
                                looks.isEmpty() ? instance.identity().startTime() : looks.pop());
        new SignalSender(table).send(earlier, Signal.KILL);
        assertThat(looks).isEmpty();
        instance.signal(Signal.TERM);
        assertThat(Waits.end(instance)).isEqualTo(Exit.of(128 + 15));
    }

    @Test
    void standardInputIsEmptyAndOutputIsAppended() throws Exception {
        Files.writeString(log(), "before\n");
        Waits.end(start("cat; echo out; echo err >&2"));
        assertThat(log()).hasContent("before\nout\nerr");
    }

    @Test
    void aMissingFolderIsNamed() {
        LaunchSpec bad =
                new LaunchSpec("app-1", List.of("true"), Map.of(), folder.resolve("gone"), log());
        assertThatThrownBy(() -> host.start(bad))
                .isInstanceOf(HostException.class)
                .hasMessage(
                        "app-1: the working directory %1$s does not exist. Create it: mkdir -p %1$s",
                        folder.resolve("gone"));
    }

    @Test
    void aProgramThatIsNotExecutableIsNamed() throws Exception {
        Path program = Files.writeString(folder.resolve("server"), "#!/bin/sh\n");
        assertThatThrownBy(() -> host.start(spec("./server")))
                .isInstanceOf(HostException.class)
                .hasMessage(
                        "app-1: %1$s is not executable. Run: chmod +x %1$s",
                        program.resolveSibling("./server"));
    }

    @Test
    void aLogThatCannotBeWrittenIsNamed() throws Exception {
        Files.createDirectories(log());
        assertThatThrownBy(() -> host.start(spec("true")))
                .isInstanceOf(HostException.class)
                .hasMessageStartingWith("app-1: the log file " + log() + " cannot be written")
                .hasMessageContaining("chown");
    }

    @Test
    void ofAFamilyTheParentIsFound() {
        String id = "family-" + ProcessHandle.current().pid();
        LaunchSpec spec =
                new LaunchSpec(
                        "app-1",
                        List.of("/bin/sh", "-c", "sleep 300 & echo $!; wait"),
                        Map.of("INSTANCE_ID", id),
                        folder,
                        log());
        Instance parent = host.start(spec);
        started.add(parent);
        Waits.until("the child runs", () -> LogTail.end(log()) > 1);
        long child = Long.parseLong(LogTail.since(log(), 0, 1).strip());
        started.add(host.adopt(new ProcessIdentity(child, stat(child).startTime())).orElseThrow());
        assertThat(host.find("INSTANCE_ID", id))
                .map(Instance::identity)
                .contains(parent.identity());
    }
}
