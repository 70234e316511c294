package dev.concertina.fleet.host;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The host that is this machine. It writes nothing down and holds no pipe to a process, so ending
 * this one, also by kill -9, changes nothing for those it started.
 */
public final class OsHost implements Host, AutoCloseable {
    private final ProcessTable table = ProcessTable.ofThisSystem();
    private final SignalSender signals = new SignalSender(table);
    private final ExitWatch watch = new ExitWatch(table);
    private final PortRange ports = PortRange.ofThisSystem();
    private final List<String> prefix = Session.prefix();

    @Override
    public Instance start(LaunchSpec spec) {
        LaunchCheck.check(spec);
        List<String> words = new ArrayList<>(prefix);
        words.addAll(spec.confines().prefix());
        words.addAll(spec.command());
        ProcessBuilder builder = new ProcessBuilder(words);
        builder.directory(spec.directory().toFile());
        builder.environment().putAll(spec.env());
        builder.redirectInput(new File("/dev/null"));
        builder.redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(spec.log().toFile()));
        try {
            return started(builder.start());
        } catch (IOException e) {
            throw new HostException(
                    spec.name()
                            + ": could not be started: "
                            + e.getMessage()
                            + ". Run it by hand in "
                            + spec.directory()
                            + ": "
                            + String.join(" ", spec.command()),
                    e);
        }
    }

    private Instance started(Process process) {
        // A program that ended already has no start time any more, and nobody to confuse it with.
        OptionalLong start = table.startTime(process.pid());
        CompletableFuture<Exit> exit = process.onExit().thenApply(p -> Exit.of(p.exitValue()));
        return new OsInstance(new ProcessIdentity(process.pid(), start.orElse(-1)), exit);
    }

    @Override
    public Optional<Instance> adopt(ProcessIdentity identity) {
        return table.runs(identity)
                ? Optional.of(new OsInstance(identity, watch.of(identity)))
                : Optional.empty();
    }

    @Override
    public Optional<Instance> find(String name, String value) {
        return EnvironmentSearch.oldest(name, value).flatMap(this::adopt);
    }

    @Override
    public int freePort() {
        return ports.next();
    }

    /** Stops watching. The processes go on. */
    @Override
    public void close() {
        watch.close();
    }

    private final class OsInstance implements Instance {
        private final ProcessIdentity identity;
        private final CompletableFuture<Exit> exit;

        OsInstance(ProcessIdentity identity, CompletableFuture<Exit> exit) {
            this.identity = identity;
            this.exit = exit;
        }

        @Override
        public ProcessIdentity identity() {
            return identity;
        }

        @Override
        public void signal(Signal signal) {
            signals.send(identity, signal);
        }

        @Override
        public CompletionStage<Exit> exit() {
            return exit.minimalCompletionStage();
        }

        @Override
        public String toString() {
            return "process " + identity.pid();
        }
    }
}
