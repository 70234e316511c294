package dev.concertina.gateway.tls;

import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.SslContext;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;

/**
 * The keys of session tickets (RFC 8446 section 4.6.1, RFC 5077). All certificates share them, so
 * that a client resumes after a reload; they change, so that one that leaks opens little.
 */
final class TicketKeys {
    private static final Duration LIFE = Duration.ofHours(12);

    private final SecureRandom random = new SecureRandom();
    private OpenSslSessionTicketKey current = fresh();
    // Tickets given out before the last change are still taken.
    private OpenSslSessionTicketKey before = fresh();
    private Instant changed;

    TicketKeys(Instant now) {
        changed = now;
    }

    private OpenSslSessionTicketKey fresh() {
        return new OpenSslSessionTicketKey(
                octets(OpenSslSessionTicketKey.NAME_SIZE),
                octets(OpenSslSessionTicketKey.HMAC_KEY_SIZE),
                octets(OpenSslSessionTicketKey.AES_KEY_SIZE));
    }

    private byte[] octets(int count) {
        byte[] octets = new byte[count];
        random.nextBytes(octets);
        return octets;
    }

    /** Changes the keys if it is time; whether it was. */
    boolean changeIfDue(Instant now) {
        if (now.isBefore(changed.plus(LIFE))) {
            return false;
        }
        before = current;
        current = fresh();
        changed = now;
        return true;
    }

    /** The JDK keeps ticket keys of its own. */
    void giveTo(SslContext context) {
        if (context.sessionContext() instanceof OpenSslSessionContext tickets) {
            tickets.setTicketKeys(current, before);
        }
    }
}
