package dev.concertina.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.fleet.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What every {@link Time} promises. */
public abstract class TimeContract extends ContractSuite {

    protected abstract Time time();

    @Test
    void aTaskRunsOnceAndNotBeforeItsTime() {
        Instant start = time().now();
        AtomicInteger runs = new AtomicInteger();
        List<Instant> at = new CopyOnWriteArrayList<>();
        time().after(
                        Duration.ofMillis(50),
                        () -> {
                            at.add(time().now());
                            runs.incrementAndGet();
                        });
        passed(Duration.ofMillis(150));
        assertThat(runs).hasValue(1);
        // Wall clocks and alarms may tick differently by a little.
        assertThat(at.getFirst()).isAfterOrEqualTo(start.plusMillis(45));
    }

    @Test
    void tasksRunInTheOrderOfTheirTimes() {
        List<String> ran = new CopyOnWriteArrayList<>();
        time().after(Duration.ofMillis(200), () -> ran.add("second"));
        time().after(Duration.ofMillis(20), () -> ran.add("first"));
        await("both ran", () -> ran.size() == 2);
        assertThat(ran).containsExactly("first", "second");
    }

    @Test
    void aCancelledTaskDoesNotRun() {
        AtomicInteger runs = new AtomicInteger();
        time().after(Duration.ofMillis(100), runs::incrementAndGet).cancel();
        passed(Duration.ofMillis(200));
        assertThat(runs).hasValue(0);
    }

    @Test
    void cancellingAfterwardsHasNoEffect() {
        AtomicInteger runs = new AtomicInteger();
        Time.Alarm alarm = time().after(Duration.ZERO, runs::incrementAndGet);
        await("it ran", () -> runs.get() == 1);
        alarm.cancel();
        assertThat(runs).hasValue(1);
    }

    @Test
    void aTaskMaySetTheNext() {
        AtomicInteger runs = new AtomicInteger();
        time().after(
                        Duration.ofMillis(10),
                        () -> time().after(Duration.ofMillis(10), runs::incrementAndGet));
        await("the second ran", () -> runs.get() == 1);
    }

    /** Waits by the clock under test, behind everything that was set to run before. */
    private void passed(Duration duration) {
        AtomicInteger done = new AtomicInteger();
        time().after(duration, done::incrementAndGet);
        await(duration + " passed", () -> done.get() == 1);
    }
}
