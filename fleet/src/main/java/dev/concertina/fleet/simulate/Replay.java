package dev.concertina.fleet.simulate;

import dev.concertina.fleet.control.scale.LocalLoad;
import dev.concertina.fleet.control.scale.ScaleSettings;
import java.time.Duration;

/**
 * The autoscaler whose decisions are wanted.
 *
 * @param initial instances when the trace begins, all of them warm
 * @param window over which usage is averaged
 * @param sampleEvery pause between two looks at the processes
 * @param syncPeriod pause between two decisions
 */
public record Replay(
        ScaleSettings scale,
        LocalLoad load,
        int initial,
        Duration window,
        Duration sampleEvery,
        Duration syncPeriod) {

    public Replay {
        requireWholeSeconds("the pause between two samples", sampleEvery);
        requireWholeSeconds("the sync period", syncPeriod);
        if (initial < 0) {
            throw new IllegalArgumentException("initial is " + initial + ". Give 0 or more.");
        }
    }

    /** A window of 30 s, samples every 5 s, upstream's sync period, from the minimum. */
    public static Replay of(ScaleSettings scale, LocalLoad load) {
        return new Replay(
                scale,
                load,
                scale.min(),
                Duration.ofSeconds(30),
                Duration.ofSeconds(5),
                ScaleSettings.SYNC_PERIOD);
    }

    private static void requireWholeSeconds(String what, Duration duration) {
        if (duration.compareTo(Duration.ofSeconds(1)) < 0 || duration.toNanosPart() != 0) {
            throw new IllegalArgumentException(
                    what + " is " + duration + ". Give whole seconds, 1 or more.");
        }
    }
}
