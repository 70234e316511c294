package dev.concertina.testkit;

import dev.concertina.contract.Env;
import dev.concertina.fleet.host.Exit;
import dev.concertina.fleet.host.Host;
import dev.concertina.fleet.host.HostException;
import dev.concertina.fleet.host.Instance;
import dev.concertina.fleet.host.LaunchSpec;
import dev.concertina.fleet.host.ProcessIdentity;
import dev.concertina.fleet.host.Signal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Processes that exist only in simulated time. It is the machine, so it outlives the fleet
 * processes that start and adopt on it.
 */
public final class SimHost implements Host {
    /** The one program there is; what it does is said by the release it is started with. */
    public static final String PROGRAM = "sim";

    private final SimTime time;
    private final Function<String, SimProgram> programs;
    private final List<SimProcess> running = new ArrayList<>();
    private BiConsumer<SimProcess, Signal> onSignal = (_, _) -> {};
    private Consumer<LaunchSpec> onStart = _ -> {};
    private Consumer<SimProcess> onEnd = _ -> {};
    private final List<SimProcess> strangers = new ArrayList<>();
    private double reused;
    private Runnable onStranger = () -> {};
    private long nextPid = 100;
    private int nextPort = 20_000;

    /**
     * @param programs what a release's processes do, by the value of {@link Env#RELEASE}
     */
    public SimHost(SimTime time, Function<String, SimProgram> programs) {
        this.time = time;
        this.programs = programs;
    }

    /** Called before each signal takes effect. */
    public void onSignal(BiConsumer<SimProcess, Signal> listener) {
        onSignal = listener;
    }

    /** Called before each start. */
    public void onStart(Consumer<LaunchSpec> listener) {
        onStart = listener;
    }

    /** Called when a process has ended. */
    public void onEnd(Consumer<SimProcess> listener) {
        onEnd = listener;
    }

    /** From now on, so many of the pids of ended processes are soon those of strangers. */
    public void reusePids(double share) {
        reused = share;
    }

    /** Processes of somebody else that have the pids of some of ours that ended. */
    public List<SimProcess> strangers() {
        return List.copyOf(strangers);
    }

    void onStranger(Runnable listener) {
        onStranger = listener;
    }

    @Override
    public Instance start(LaunchSpec spec) {
        if (!spec.command().getFirst().equals(PROGRAM)) {
            throw new HostException(
                    spec.name()
                            + ": could not be started: a simulation has no program "
                            + spec.command().getFirst()
                            + ". The first word of the command must be: "
                            + PROGRAM);
        }
        onStart.accept(spec);
        SimProgram program = programs.apply(spec.env().getOrDefault(Env.RELEASE, ""));
        var process = new SimProcess(spec, program, new ProcessIdentity(nextPid++, order()));
        running.add(process);
        time.after(program.listensAfter(), () -> process.listening = true);
        time.after(program.exitsAfter(), () -> process.end(Exit.of(program.exitCode())));
        return process;
    }

    /** With the pid of a process that ended, and a start time of its own. */
    private SimProcess strangerAfter(SimProcess before) {
        var identity = new ProcessIdentity(before.identity.pid(), before.identity.startTime() + 1);
        var next = new SimProcess(before.spec, SimProgram.good(), identity);
        next.stranger = true;
        return next;
    }

    private long order() {
        return nextPid * 7;
    }

    @Override
    public Optional<Instance> adopt(ProcessIdentity identity) {
        return running.stream()
                .filter(p -> p.identity().equals(identity))
                .<Instance>map(Adopted::new)
                .findFirst();
    }

    @Override
    public Optional<Instance> find(String name, String value) {
        return running.stream()
                .filter(p -> value.equals(p.spec.env().get(name)))
                .<Instance>map(Adopted::new)
                .findFirst();
    }

    @Override
    public int freePort() {
        return nextPort++;
    }

    public List<SimProcess> running() {
        return List.copyOf(running);
    }

    public Optional<SimProcess> on(int port) {
        return running.stream().filter(p -> p.port() == port).findFirst();
    }

    /** The process of an instance. */
    public Optional<SimProcess> named(String instance) {
        return running.stream().filter(p -> p.instance().equals(instance)).findFirst();
    }

    /** A process that another fleet process started: its exit code only its parent is told. */
    private record Adopted(SimProcess process) implements Instance {
        @Override
        public ProcessIdentity identity() {
            return process.identity();
        }

        @Override
        public void signal(Signal signal) {
            process.signal(signal);
        }

        @Override
        public CompletionStage<Exit> exit() {
            return process.exit().thenApply(_ -> Exit.unknown());
        }
    }

    /** A process in the simulation. */
    public final class SimProcess implements Instance {
        private final LaunchSpec spec;
        private final SimProgram program;
        private final ProcessIdentity identity;
        private final CompletableFuture<Exit> exit = new CompletableFuture<>();
        private final int port;
        private boolean stranger;
        private boolean listening;
        private boolean frozen;
        private boolean asked;
        private boolean sick;
        private long residentBytes = 100L << 20;
        private Instant thawed = Instant.EPOCH;

        private SimProcess(LaunchSpec spec, SimProgram program, ProcessIdentity identity) {
            this.spec = spec;
            this.program = program;
            this.identity = identity;
            this.port = Integer.parseInt(spec.env().getOrDefault(Env.PORT, "0"));
        }

        @Override
        public ProcessIdentity identity() {
            return identity;
        }

        @Override
        public CompletionStage<Exit> exit() {
            return exit;
        }

        public String instance() {
            return spec.env().getOrDefault(Env.INSTANCE_ID, spec.name());
        }

        public int port() {
            return port;
        }

        /** Was not started for anybody here. */
        public boolean stranger() {
            return stranger;
        }

        /** Will go on until somebody ends it. */
        boolean lasting() {
            return program.exitsAfter().equals(SimProgram.NEVER);
        }

        /** Was sent SIGTERM before. */
        public boolean asked() {
            return asked;
        }

        public boolean frozen() {
            return frozen;
        }

        /** Could not answer a probe that is under way, or was so lately. */
        public boolean silent() {
            return frozen || time.now().isBefore(thawed.plusSeconds(2));
        }

        public boolean listening() {
            return listening;
        }

        /** From now on it says that it is not alive, and serves all the same. */
        public void sicken() {
            sick = true;
        }

        boolean sick() {
            return sick;
        }

        /** From now on it holds so much memory. */
        public void hold(long bytes) {
            residentBytes = bytes;
        }

        long residentBytes() {
            return residentBytes;
        }

        Optional<SimProgram.Answer> answer() {
            return program.answer();
        }

        @Override
        public void signal(Signal signal) {
            if (exit.isDone()) {
                return;
            }
            onSignal.accept(this, signal);
            switch (signal) {
                case KILL -> end(Exit.of(137));
                case TERM, INT -> {
                    asked = true;
                    endSoon();
                }
                case HUP, QUIT, USR1 -> {}
                case STOP -> frozen = true;
                case CONT -> {
                    frozen = false;
                    thawed = time.now();
                    if (asked) {
                        endSoon();
                    }
                }
            }
        }

        private void endSoon() {
            time.after(program.endsIn(), this::endUnlessFrozen);
        }

        private void endUnlessFrozen() {
            if (!frozen) {
                end(Exit.of(143));
            }
        }

        /** Ends by itself, as a crash does. */
        public void end(Exit how) {
            if (running.remove(this)) {
                listening = false;
                onEnd.accept(this);
                exit.complete(how);
                if (reused > 0 && time.random().nextDouble() < reused) {
                    strangers.add(strangerAfter(this));
                    onStranger.run();
                }
            }
        }
    }
}
