package dev.concertina.starter.observe;

import dev.concertina.starter.request.CallWatch;
import dev.concertina.starter.request.Outage;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.Optional;
import java.util.function.Consumer;

/** Times and traces every call to Redis. */
final class ObservedCalls implements CallWatch {
    static final String NAME = "redis.request";

    private final ObservationRegistry registry;

    ObservedCalls(ObservationRegistry registry) {
        this.registry = registry;
    }

    @Override
    public Consumer<Optional<Outage>> begin() {
        if (registry.isNoop()) {
            return outage -> {};
        }
        var observation =
                Observation.createNotStarted(NAME, () -> new ClientCall("redis"), registry)
                        .contextualName(NAME)
                        .start();
        return outage -> {
            outage.ifPresent(observation::error);
            observation.stop();
        };
    }
}
