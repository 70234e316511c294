package dev.concertina.fleet.control;

import dev.concertina.fleet.control.rollout.Approach;
import dev.concertina.fleet.control.scale.Autoscaler;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

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
 * @param care what is done for instances besides
 */
public record Settings(
        String name,
        Readiness readiness,
        int surge,
        Duration drain,
        Duration watch,
        Approach approach,
        Range range,
        Optional<Autoscaler> autoscaler,
        Care care) {
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

    /**
     * What is done for instances besides asking whether they are ready.
     *
     * @param warmUp requests that come before traffic
     * @param live the path that says whether a restart would help; empty: nobody is asked
     * @param memoryMax bytes of resident memory above which an instance is replaced
     * @param crashLoop when a slot is given up; empty: never
     */
    public record Care(
            Optional<WarmUp> warmUp,
            Optional<String> live,
            OptionalLong memoryMax,
            Optional<CrashLoop> crashLoop) {
        public static Care none() {
            return new Care(
                    Optional.empty(), Optional.empty(), OptionalLong.empty(), Optional.empty());
        }
    }

    /**
     * @param paths none: the one of readiness
     * @param count how often each is asked
     * @param within the instance gets requests after this long anyhow
     */
    public record WarmUp(List<String> paths, int count, Duration within) {
        public WarmUp {
            paths = List.copyOf(paths);
        }
    }

    /** That many ends within the time. */
    public record CrashLoop(int crashes, Duration within) {}

    /** From SIGTERM to SIGKILL. */
    public Duration grace() {
        return drain.plus(KILL_AFTER);
    }
}
