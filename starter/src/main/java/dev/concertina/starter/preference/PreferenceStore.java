package dev.concertina.starter.preference;

import dev.concertina.starter.request.Outage;
import dev.concertina.starter.request.Question;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where choices are kept. Each call is atomic; any may throw {@link Outage}. */
interface PreferenceStore {
    /** How precisely visits are noted. */
    Duration VISIT = Duration.ofDays(1);

    /** All of somebody's; a visit that prolongs their life. */
    Map<String, String> read(Owner owner);

    /**
     * Keeps one, or forgets it.
     *
     * @return false if there are too many already; nothing is changed then
     */
    boolean write(Owner owner, String name, Optional<String> value);

    /** How to read inside the request's one call, when this store can. */
    default Optional<Asking> asking() {
        return Optional.empty();
    }

    /** {@link #read} in two halves, around a call somebody else makes. */
    interface Asking {
        String script();

        Question question(Owner owner);

        Map<String, String> found(List<@Nullable Object> reply);
    }
}
