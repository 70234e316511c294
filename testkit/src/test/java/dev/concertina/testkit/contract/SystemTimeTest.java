package dev.concertina.testkit.contract;

import dev.concertina.fleet.time.SystemTime;
import dev.concertina.fleet.time.Time;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SystemTimeTest extends TimeContract {
    private final Time time = new SystemTime();

    @Override
    protected Time time() {
        return time;
    }

    @Test
    void aTaskThatFailsDoesNotStopTheClock() {
        AtomicInteger runs = new AtomicInteger();
        time.after(
                Duration.ZERO,
                () -> {
                    throw new IllegalStateException("thrown on purpose");
                });
        time.after(Duration.ofMillis(10), runs::incrementAndGet);
        await("the next ran", () -> runs.get() == 1);
    }
}
