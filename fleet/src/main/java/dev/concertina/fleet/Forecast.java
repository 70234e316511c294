package dev.concertina.fleet;

import dev.concertina.fleet.control.scale.LocalLoad;
import dev.concertina.fleet.control.scale.Resource;
import dev.concertina.fleet.manifest.Manifest;
import dev.concertina.fleet.manifest.Manifest.Autoscale;
import dev.concertina.fleet.runtime.LoadRecord;
import dev.concertina.fleet.simulate.Cost;
import dev.concertina.fleet.simulate.Outcome;
import dev.concertina.fleet.simulate.Replay;
import dev.concertina.fleet.simulate.ServiceModel;
import dev.concertina.fleet.simulate.Simulation;
import dev.concertina.fleet.simulate.Trace;
import java.nio.file.Path;
import java.time.Duration;

/** What the manifest's autoscaler would have done with a day's traffic. */
public final class Forecast {
    private static final Duration SAMPLE_EVERY = Duration.ofSeconds(5);

    private Forecast() {}

    /** Where a fleet with an autoscaler records what it serves and what that costs. */
    public static Path recorded(Path stateDirectory) {
        return LoadRecord.in(stateDirectory);
    }

    /**
     * @param csv lines of {@code seconds,requests-per-second}
     * @param name of the file, for messages
     * @param limit of an instance's CPU as a share of its allowance; infinite: none
     * @param startDelay from the decision to the first request an instance can serve
     * @throws IllegalArgumentException naming what of the trace cannot be read
     */
    public static Outcome of(
            Manifest.Instances instances,
            Autoscale autoscale,
            String name,
            String csv,
            Cost cost,
            double limit,
            Duration startDelay) {
        var load = Autoscalers.load(autoscale);
        var replay =
                new Replay(
                        Autoscalers.settings(instances, autoscale),
                        // The model counts from the process' start, the fleet from its readiness.
                        new LocalLoad(load.requests(), load.warmUp().plus(startDelay)),
                        instances.min(),
                        autoscale.window(),
                        SAMPLE_EVERY,
                        autoscale.every());
        long memory = load.requests().getOrDefault(Resource.MEMORY, 0L);
        var model =
                new ServiceModel(
                        cost,
                        limit,
                        startDelay,
                        autoscale.warmUp(),
                        Duration.ZERO,
                        memory / 2,
                        memory);
        return Simulation.run(Trace.parse(name, csv), model, replay);
    }
}
