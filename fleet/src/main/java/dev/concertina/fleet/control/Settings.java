package dev.concertina.fleet.control;

import dev.concertina.fleet.control.rollout.Approach;
import dev.concertina.fleet.control.scale.Autoscaler;
import java.time.Duration;
import java.util.Optional;

/**
 * What the manifest says about running instances, in control's own words.
 *
 * @param name of the application, the first part of every instance id
 * @param surge instances that may exist beyond the wanted number while one replaces another
 * @param drain the longest a request in flight may go on
 * @param watch how long a new instance is observed before an old one is let go for it
 * @param approach how a release replaces another
 * @param range instances that may be asked for
 * @param autoscaler who changes the number within the range; empty: nobody but commands
 */
public record Settings(
        String name,
        Readiness readiness,
        int surge,
        Duration drain,
        Duration watch,
        Approach approach,
        Range range,
        Optional<Autoscaler> autoscaler) {
    /** Between SIGTERM and SIGKILL, beyond what the instance may take to end its own work. */
    public static final Duration KILL_AFTER = Duration.ofSeconds(10);

    /**
     * @param path empty: found by asking the usual ones
     * @param within after this long without becoming ready a start has failed
     */
    public record Readiness(
            Optional<String> path,
            Duration every,
            Duration timeout,
            int rise,
            int fall,
            Duration within) {}

    /** From SIGTERM to SIGKILL. */
    public Duration grace() {
        return drain.plus(KILL_AFTER);
    }
}
