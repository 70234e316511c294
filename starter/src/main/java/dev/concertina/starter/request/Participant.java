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
     * Empty when the feature is not kept in Redis.
     */
    Optional<String> script();

    /** This participant's part in one request. Cheap: nothing is asked yet. */
    Turn arrive(HttpServletRequest request);
}
