package dev.concertina.starter.channel;

import dev.concertina.starter.request.Tenant;
import java.security.Principal;
import java.util.Optional;

/**
 * Who may subscribe to which channel, and publish in it, from outside. Without a bean of this type
 * there is nothing to connect to; handlers of the application's own do not ask it.
 */
public interface ChannelAccess {
    /** Whether somebody may. */
    enum Answer {
        YES,
        /** 403. */
        NO,
        /** There is no such channel, as far as the caller is to know: 404. */
        UNKNOWN
    }

    /**
     * Who asks.
     *
     * @param user with Spring Security its {@code Authentication}
     * @param tenant whose channels are meant
     */
    record Caller(Optional<Principal> user, Optional<Tenant> tenant) {}

    /** Asked once for each subscription, also when it is resumed. */
    Answer subscribe(Caller caller, String channel);

    /** Asked for each publication; {@code NO} unless overridden. */
    default Answer publish(Caller caller, String channel) {
        return Answer.NO;
    }
}
