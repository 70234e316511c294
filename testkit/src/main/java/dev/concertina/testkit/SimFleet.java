package dev.concertina.testkit;

import dev.concertina.contract.Balance;
import dev.concertina.contract.Env;
import dev.concertina.contract.Policies;
import dev.concertina.fleet.console.FleetEvent;
import dev.concertina.fleet.control.Controller;
import dev.concertina.fleet.control.Event;
import dev.concertina.fleet.control.FleetState;
import dev.concertina.fleet.control.Settings;
import dev.concertina.fleet.control.scale.Measurement;
import dev.concertina.fleet.control.supervise.Slot;
import dev.concertina.fleet.host.Exit;
import dev.concertina.fleet.host.LaunchSpec;
import dev.concertina.fleet.host.Signal;
import dev.concertina.fleet.runtime.Chronicle;
import dev.concertina.fleet.runtime.Effects;
import dev.concertina.fleet.runtime.FleetLoop;
import dev.concertina.fleet.runtime.Journal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * A whole fleet in simulated time: the real controller, loop and journal on simulated processes,
 * probes and gateway. What must always hold is checked after every step; see {@link Invariants}.
 */
public final class SimFleet {
    private static final Duration LONGEST = Duration.ofMinutes(20);

    /** From the end of a fleet process to the beginning of the next. */
    private static final Duration NEXT_AFTER = Duration.ofSeconds(2);

    private final SimTime time;
    private final List<Measurement> measurements = new ArrayList<>();
    private final SimHost host;
    private final SimProber prober;
    private final SimGateway gateway;
    private final SimStorage storage;
    private final SimDemand demand;
    private final Settings settings;
    private final Map<String, SimProgram> programs = new HashMap<>();
    private final int slots;
    private final Tally seen = new Tally();
    private final Invariants invariants;
    private Consumer<FleetEvent> onTold = _ -> {};
    private FleetLoop loop;
    private Incarnation incarnation;
    private int releases;

    /** One fleet process; what is posted to a dead one is lost. */
    private final class Incarnation implements Executor {
        private boolean dead;
        private boolean began;

        @Override
        public void execute(Runnable task) {
            time.after(
                    Duration.ZERO,
                    () -> {
                        if (!dead) {
                            run(task);
                        }
                    });
        }

        private void run(Runnable task) {
            began = true;
            try {
                task.run();
            } catch (SimStorage.Killed e) {
                dead = true;
                seen.count("fleet killed in a write");
                time.after(NEXT_AFTER, SimFleet.this::openIfDead);
            }
        }

        /** What another thread does for it, which may be done before the writer is. */
        void beside(Runnable task) {
            if (time.random().nextBoolean()) {
                run(task);
            } else {
                execute(task);
            }
        }
    }

    SimFleet(int slots, Settings settings, long seed) {
        this.slots = slots;
        this.settings = settings;
        time = new SimTime(seed);
        host = new SimHost(time, release -> programs.getOrDefault(release, SimProgram.good()));
        prober = new SimProber(time, host);
        host.onStranger(() -> seen.count("stranger with a pid of ours"));
        gateway = new SimGateway(time);
        gateway.answering(release -> programs.getOrDefault(release, SimProgram.good()));
        storage = new SimStorage(time);
        demand = new SimDemand(time, host, gateway);
        incarnation = new Incarnation();
        loop = open();
        invariants = new Invariants(this);
        invariants.install();
    }

    private FleetLoop open() {
        var journal = new Journal(storage);
        Optional<FleetState> known = journal.replay().state();
        gateway.takenOver();
        var effects =
                new Effects(
                        host,
                        prober,
                        gateway,
                        this::spec,
                        Balance.ROUND_ROBIN,
                        Policies.defaults(),
                        Effects.ToldBy.request(),
                        demand::of,
                        incarnation::beside);
        var opened =
                new FleetLoop(
                        new Controller(settings),
                        journal,
                        effects,
                        chronicle(),
                        measurements::add,
                        time,
                        incarnation,
                        known.orElse(FleetState.initial(slots)));
        if (known.isPresent()) {
            opened.resume();
        }
        return opened;
    }

    private Chronicle chronicle() {
        var chronicle = new Chronicle(0, _ -> Optional.empty());
        chronicle.follow(
                0,
                event -> {
                    seen.count(event.kind());
                    onTold.accept(event);
                });
        return chronicle;
    }

    /** Called with every line of the story, whoever of the fleet processes tells it. */
    public void onTold(Consumer<FleetEvent> listener) {
        onTold = listener;
    }

    /** Every kind of line in the story, every fault, and what the invariants had to look at. */
    public Tally seen() {
        return seen;
    }

    private LaunchSpec spec(String instance, String release, int port) {
        var env =
                Map.of(
                        Env.INSTANCE_ID, instance,
                        Env.RELEASE, release,
                        Env.PORT, Integer.toString(port));
        return new LaunchSpec(
                instance,
                List.of(SimHost.PROGRAM),
                env,
                Path.of("/sim"),
                Path.of("/sim", instance));
    }

    private void openIfDead() {
        if (incarnation.dead) {
            seen.count(storage.torn() ? "fleet opened on a torn journal" : "fleet opened again");
            incarnation = new Incarnation();
            loop = open();
            invariants.openedAgain();
        }
    }

    /** Kills the fleet process; another takes over after a while. */
    public void killFleet() {
        seen.count("fleet killed");
        incarnation.dead = true;
        time.after(NEXT_AFTER, this::openIfDead);
    }

    /** Kills the fleet process in the middle of a journal write to come; another takes over. */
    public void killFleetAtWrite(int number) {
        storage.killAt(number);
    }

    /** A new release with these processes. */
    public String deploy(SimProgram program) {
        String release = "r" + ++releases;
        programs.put(release, program);
        command(new Event.Deploy(release));
        return release;
    }

    /** From now on, processes of the release that are started behave otherwise. */
    public void become(String release, SimProgram program) {
        programs.put(release, program);
    }

    public void rollback(String release) {
        command(new Event.Rollback(release));
    }

    public void promote() {
        command(new Event.Promote(false));
    }

    /** To the last step at once. */
    public void promoteAll() {
        command(new Event.Promote(true));
    }

    public void abort() {
        command(new Event.Abort());
    }

    public void scale(int wanted) {
        command(new Event.Scale(wanted));
    }

    public void restart() {
        command(new Event.Restart(Optional.empty()));
    }

    public void replace(String instance) {
        command(new Event.Restart(Optional.of(instance)));
    }

    public void down() {
        command(new Event.Down());
    }

    private void command(Event command) {
        var _ = loop.ask(command);
        heard();
    }

    /** What was posted is taken in before the test goes on. */
    private void heard() {
        time.advance(Duration.ZERO);
    }

    /** The process of the instance in the slot ends by itself; nothing if there is none. */
    public void crash(int slot) {
        process(slot)
                .ifPresent(p -> {
                    seen.count("crash");
                    p.end(Exit.of(137));
                });
        heard();
    }

    public void freeze(int slot) {
        process(slot)
                .ifPresent(p -> {
                    seen.count("freeze");
                    p.signal(Signal.STOP);
                });
    }

    /** The process of the instance in the slot is not alive any more by its own word. */
    public void sicken(int slot) {
        process(slot).ifPresent(SimHost.SimProcess::sicken);
    }

    /** The process of the instance in the slot holds so much memory. */
    public void hold(int slot, long bytes) {
        process(slot).ifPresent(p -> p.hold(bytes));
    }

    public void thaw(int slot) {
        process(slot).ifPresent(p -> p.signal(Signal.CONT));
    }

    private Optional<SimHost.SimProcess> process(int slot) {
        return state().slots().stream()
                .filter(s -> s.number() == slot)
                .findFirst()
                .flatMap(s -> host.named(s.instance()));
    }

    public void advance(Duration by) {
        time.advance(by);
    }

    /** As {@link #settle}, but no longer than this; whether it has. */
    public boolean settles(Duration within) {
        return time.advanceUntil(
                () -> incarnation.began && !incarnation.dead && state().settled(), within);
    }

    /** Until everything wanted is ready and nothing is under way; fails when that does not come. */
    public void settle() {
        if (!settles(LONGEST)) {
            throw new AssertionError("not settled after " + LONGEST + ": " + state());
        }
    }

    /** Requests at random times, each holding its claim for up to {@code longest}. */
    public void traffic(Duration every, Duration longest) {
        time.after(
                time.between(Duration.ZERO, every.multipliedBy(2)),
                () -> {
                    gateway.request(time.between(Duration.ofMillis(1), longest));
                    traffic(every, longest);
                });
    }

    /** What was served and what it cost, as the fleet recorded it. */
    public List<Measurement> measurements() {
        return List.copyOf(measurements);
    }

    /** From now on, all instances together use so many cores. */
    public void demand(double cores) {
        demand.set(cores);
    }

    public FleetState state() {
        return loop.state();
    }

    /** The slot with the number, from 1. */
    public Slot slot(int number) {
        return state().slots().stream()
                .filter(s -> s.number() == number)
                .findFirst()
                .orElseThrow(() -> new AssertionError("slot " + number + " is empty: " + state()));
    }

    public SimTime time() {
        return time;
    }

    public SimHost host() {
        return host;
    }

    public SimProber prober() {
        return prober;
    }

    public SimGateway gateway() {
        return gateway;
    }

    public Settings settings() {
        return settings;
    }
}
