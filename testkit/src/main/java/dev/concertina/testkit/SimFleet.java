package dev.concertina.testkit;

import dev.concertina.contract.Balance;
import dev.concertina.contract.Env;
import dev.concertina.contract.Policies;
import dev.concertina.fleet.control.Controller;
import dev.concertina.fleet.control.Event;
import dev.concertina.fleet.control.FleetState;
import dev.concertina.fleet.control.Range;
import dev.concertina.fleet.control.Settings;
import dev.concertina.fleet.control.rollout.Approach;
import dev.concertina.fleet.control.scale.Autoscaler;
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

    private final SimTime time;
    private final SimHost host;
    private final SimProber prober;
    private final SimGateway gateway;
    private final SimStorage storage;
    private final SimDemand demand;
    private final Settings settings;
    private final Map<String, SimProgram> programs = new HashMap<>();
    private final int slots;
    private Consumer<String> onTold = _ -> {};
    private FleetLoop loop;
    private Incarnation incarnation;
    private int releases;

    /** One fleet process; what is posted to a dead one is lost. */
    private final class Incarnation implements Executor {
        private boolean dead;

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
            try {
                task.run();
            } catch (SimStorage.Killed e) {
                dead = true;
                time.after(Duration.ofSeconds(2), SimFleet.this::openIfDead);
            }
        }
    }

    SimFleet(
            int slots,
            int surge,
            Approach approach,
            Optional<Autoscaler> autoscaler,
            Settings.Care care,
            long seed) {
        this.slots = slots;
        time = new SimTime(seed);
        host = new SimHost(time, release -> programs.getOrDefault(release, SimProgram.good()));
        prober = new SimProber(time, host);
        gateway = new SimGateway(time);
        gateway.answering(release -> programs.getOrDefault(release, SimProgram.good()));
        storage = new SimStorage(time);
        demand = new SimDemand(time, host, gateway);
        settings =
                new Settings(
                        "sim",
                        new Settings.Readiness(
                                Optional.of("/health/ready"),
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(1),
                                2,
                                3,
                                Duration.ofSeconds(30)),
                        surge,
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(3),
                        approach,
                        Range.any(),
                        autoscaler,
                        care);
        incarnation = new Incarnation();
        loop = open();
        new Invariants(this).install();
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
                        incarnation);
        var opened =
                new FleetLoop(
                        new Controller(settings),
                        journal,
                        effects,
                        chronicle(),
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
        chronicle.follow(0, event -> onTold.accept(event.text()));
        return chronicle;
    }

    /** Called with every line of the story, whoever of the fleet processes tells it. */
    public void onTold(Consumer<String> listener) {
        onTold = listener;
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
            incarnation = new Incarnation();
            loop = open();
        }
    }

    /** Kills the fleet process; another takes over after a while. */
    public void killFleet() {
        incarnation.dead = true;
        time.after(Duration.ofSeconds(2), this::openIfDead);
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
        process(slot).ifPresent(p -> p.end(Exit.of(137)));
        heard();
    }

    public void freeze(int slot) {
        process(slot).ifPresent(p -> p.signal(Signal.STOP));
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

    /** Until everything wanted is ready and nothing is under way; fails when that does not come. */
    public void settle() {
        if (!time.advanceUntil(() -> state().settled(), LONGEST)) {
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
