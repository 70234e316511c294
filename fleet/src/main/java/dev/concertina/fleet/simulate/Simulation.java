package dev.concertina.fleet.simulate;

import dev.concertina.fleet.control.scale.LoadWindow;
import dev.concertina.fleet.control.scale.Observation;
import dev.concertina.fleet.control.scale.Resource;
import dev.concertina.fleet.control.scale.ScaleDecision;
import dev.concertina.fleet.control.scale.ScalePolicy;
import dev.concertina.fleet.control.scale.ScalePolicy.Pass;
import dev.concertina.fleet.control.scale.ScaleSettings;
import dev.concertina.fleet.control.scale.ScaleState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;

/**
 * Replays a trace second by second: first the pass of that second, if one is due, then its traffic,
 * then a look at the processes. The decisions are {@link ScalePolicy}'s own.
 */
public final class Simulation {
    private static final Instant BEGIN = Instant.EPOCH;

    private Simulation() {}

    /** Same input, same outcome. */
    public static Outcome run(Trace trace, ServiceModel model, Replay replay) {
        ScaleSettings asked = replay.scale();
        var settings = withReadiness(asked, replay);
        var policy = new ScalePolicy(settings);
        var cores = replay.load().requests().getOrDefault(Resource.CPU, 1000L) / 1000.0;
        var fleet = new SimulatedFleet(model, cores);
        fleet.startWarm(replay.initial(), BEGIN);
        var window = LoadWindow.of(replay.window());
        var state = ScaleState.fresh();
        var wanted = replay.initial();
        var ticks = new ArrayList<Outcome.Tick>();
        var decisions = new ArrayList<ScaleDecision>();
        double[] rates = trace.rates();
        for (var second = 0; second < rates.length; second++) {
            Instant now = BEGIN.plusSeconds(second);
            for (String gone : fleet.reap(now)) {
                window = window.minus(gone);
            }
            if (second > 0 && second % replay.syncPeriod().toSeconds() == 0) {
                Observation seen =
                        replay.load()
                                .observe(
                                        wanted,
                                        fleet.seen(now),
                                        window,
                                        settings.metrics(),
                                        Map.of(),
                                        now);
                Pass pass = policy.next(state, seen, now);
                state = pass.state();
                decisions.add(pass.decision());
                fleet.start(Math.max(0, pass.decision().desired() - wanted), now);
                fleet.leave(Math.max(0, wanted - pass.decision().desired()), now);
                wanted = pass.decision().desired();
            }
            double served = fleet.serve(rates[second], now);
            ticks.add(
                    new Outcome.Tick(
                            second,
                            rates[second],
                            served,
                            wanted,
                            fleet.serving(now),
                            fleet.running(),
                            fleet.capacity(fleet.serving(now))));
            if ((second + 1) % replay.sampleEvery().toSeconds() == 0) {
                window = fleet.sampled(window, now.plus(Duration.ofSeconds(1)));
            }
        }
        return new Outcome(settings.min(), settings.max(), ticks, decisions);
    }

    private static ScaleSettings withReadiness(ScaleSettings asked, Replay replay) {
        return new ScaleSettings(
                asked.min(),
                asked.max(),
                asked.metrics(),
                asked.behavior(),
                asked.tolerance(),
                asked.downscaleStabilization(),
                replay.load().readiness(asked.readiness(), replay.window()),
                asked.legacyLimit(),
                asked.perDirectionTolerance(),
                asked.scaleToZero());
    }
}
