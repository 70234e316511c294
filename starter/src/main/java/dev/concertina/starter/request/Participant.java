package dev.concertina.starter.request;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;

/**
 * A feature that wants to know something when a request begins. All participants' questions travel
 * in one script call; they are asked in the order of the beans.
 */
public interface Participant {
    /**
     * Body of a Lua function of {@code keys, args, now} (milliseconds, the server's clock) that
     * returns the reply and, optionally, {@code true} to leave the participants after it unasked.
     * Empty when the feature is not kept in Redis. The function may call {@code user()}, which
     * gives the {@link UserTag} of the request's user or nil, whichever participant knows it.
     */
    Optional<String> script();

    /**
     * Body of a Lua function of the same arguments that returns the tag of the user this
     * participant's question names, or nil. It only reads, and runs only when somebody wants to
     * know. Empty when the feature knows no users.
     */
    default Optional<String> userScript() {
        return Optional.empty();
    }

    /** This participant's part in one request. Cheap: nothing is asked yet. */
    Turn arrive(HttpServletRequest request);
}
