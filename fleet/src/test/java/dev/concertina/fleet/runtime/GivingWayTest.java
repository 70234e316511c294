package dev.concertina.fleet.runtime;

import static dev.concertina.fleet.runtime.GivingWay.wanted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.fleet.control.ProcessRef;
import dev.concertina.fleet.control.supervise.Health;
import dev.concertina.fleet.control.supervise.Occupant;
import dev.concertina.fleet.control.supervise.Slot;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GivingWayTest {
    private static final Health HEALTH =
            new Health(0, 0, false, Instant.EPOCH, 0, Optional.empty(), "not asked yet");
    private static final ProcessRef ONE = new ProcessRef(101, 7, 20_001);
    private static final ProcessRef TWO = new ProcessRef(102, 8, 20_002);

    private static Occupant occupant(int number) {
        return new Occupant("app-" + number, number, 1, "r1", 0, 0, List.of());
    }

    private static Slot starting(int number, Optional<ProcessRef> process) {
        return new Slot.Starting(
                occupant(number), Instant.EPOCH, process, HEALTH, Slot.Warmth.COLD);
    }

    private static Slot ready(int number, ProcessRef process) {
        return new Slot.Ready(occupant(number), Instant.EPOCH, process, HEALTH);
    }

    @Test
    void whatStartsGivesWayToWhatServesUntilItServesItself() {
        assertThat(wanted(List.of(ready(1, ONE), starting(2, Optional.of(TWO)))))
                .isEqualTo(Map.of(ONE, false, TWO, true));
        assertThat(wanted(List.of(ready(1, ONE), ready(2, TWO))))
                .isEqualTo(Map.of(ONE, false, TWO, false));
    }

    /** Nobody waits for a request then; everybody waits for the start. */
    @Test
    void whatStartsWhileNobodyServesHasAllThereIs() {
        assertThat(wanted(List.of(starting(1, Optional.of(ONE)), starting(2, Optional.empty()))))
                .isEqualTo(Map.of(ONE, false));
    }
}
