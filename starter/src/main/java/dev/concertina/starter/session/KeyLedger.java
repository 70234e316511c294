package dev.concertina.starter.session;

import dev.concertina.starter.request.Outage;
import java.time.Duration;
import java.util.Map;

/**
 * Which keys, by id, something in the store may be sealed with. Time is the store's own. Any call
 * may throw {@link Outage}.
 */
interface KeyLedger {
    /** Whoever calls it seals with this key now. */
    void note(int key);

    /** The keys, each with how long ago somebody last said to seal with it. */
    Map<Integer, Duration> noted();

    /** Nothing is sealed with it any more; it stays if somebody noted it within this time. */
    void drop(int key, Duration quiet);

    /**
     * Asks to be the only one for a time.
     *
     * @param holder may ask again, and then has the time anew
     */
    boolean lease(String holder, Duration time);
}
