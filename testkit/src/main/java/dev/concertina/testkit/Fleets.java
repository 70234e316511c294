package dev.concertina.testkit;

import dev.concertina.fleet.control.Range;
import dev.concertina.fleet.control.Settings;
import dev.concertina.fleet.control.rollout.Approach;
import dev.concertina.fleet.control.scale.Autoscaler;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Fleets for tests. */
public final class Fleets {
    private int slots = 3;
    private long seed = 1;
    private int surge = 1;
    private Approach approach = Approach.rolling();
    private Optional<Autoscaler> autoscaler = Optional.empty();
    private Duration every = Duration.ofSeconds(1);
    private Duration within = Duration.ofSeconds(30);
    private Duration drain = Duration.ofSeconds(30);
    private Settings.Care care = Settings.Care.none();
    private SimProgram program = SimProgram.good();

    private Fleets() {}

    /** A fleet in simulated time: {@code Fleets.simulated().slots(3).seed(7).start()}. */
    public static Fleets simulated() {
        return new Fleets();
    }

    public Fleets slots(int number) {
        slots = number;
        return this;
    }

    public Fleets seed(long value) {
        seed = value;
        return this;
    }

    public Fleets surge(int number) {
        surge = number;
        return this;
    }

    /**
     * @param between two probes of an instance that is ready
     * @param start how long it may take to become so
     */
    public Fleets probed(Duration between, Duration start) {
        every = between;
        within = start;
        return this;
    }

    /** The longest a request in flight may go on. */
    public Fleets drain(Duration longest) {
        drain = longest;
        return this;
    }

    /** How a release replaces another. */
    public Fleets approach(Approach how) {
        approach = how;
        return this;
    }

    /** Who changes the number of instances by their load. */
    public Fleets autoscaler(Autoscaler scaler) {
        autoscaler = Optional.of(scaler);
        return this;
    }

    /** What is done for instances besides asking whether they are ready. */
    public Fleets care(Settings.Care what) {
        care = what;
        return this;
    }

    /** What the first release does. */
    public Fleets program(UnaryOperator<SimProgram> change) {
        program = change.apply(program);
        return this;
    }

    /** Deploys the first release; time has not passed yet. */
    public SimFleet begin() {
        var fleet = new SimFleet(slots, settings(), seed);
        fleet.deploy(program);
        return fleet;
    }

    /** Deploys the first release and lets it become ready. */
    public SimFleet start() {
        SimFleet fleet = begin();
        fleet.settle();
        return fleet;
    }

    private Settings settings() {
        return new Settings(
                "sim",
                new Settings.Readiness(
                        Optional.of("/health/ready"), every, Duration.ofSeconds(1), 2, 3, within),
                surge,
                drain,
                Duration.ofSeconds(3),
                approach,
                Range.any(),
                autoscaler,
                care);
    }
}
