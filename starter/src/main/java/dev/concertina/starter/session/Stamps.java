package dev.concertina.starter.session;

import dev.concertina.starter.seal.KeyRing;
import dev.concertina.starter.seal.SealBroken;
import dev.concertina.starter.seal.Signet;
import dev.concertina.starter.seal.Signet.Verdict;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sessions belong at one key. Envelopes are bound to the session and not to its id, so that a login
 * need not seal everything anew; the stamp binds the session to its id. Without it whoever may
 * write to the store could copy somebody's whole session to an id of their own.
 */
final class Stamps {
    private static final Logger log = LoggerFactory.getLogger(Stamps.class);

    private final Optional<Signet> signet;
    private final boolean refusing;

    /**
     * @param keys empty when nothing is sealed; then nothing is stamped
     * @param refusing whether a session under an unknown key is an error, and not just no session
     */
    Stamps(Optional<KeyRing> keys, String namespace, boolean refusing) {
        this.signet = keys.map(ring -> new Signet(ring, namespace + ":session-at"));
        this.refusing = refusing;
    }

    private static String text(SessionKey key, String owner) {
        return owner + '\n' + key.value();
    }

    /** The stamp of a session at a key. */
    Optional<String> of(SessionKey key, String owner) {
        return signet.map(seal -> seal.stamp(text(key, owner)));
    }

    /** Another stamp for a session whose own was made with an older key. */
    Optional<String> renewed(SessionKey key, Stored session) {
        return signet.filter(seal -> !seal.isCurrent(session.stamp()))
                .map(seal -> seal.stamp(text(key, session.owner())));
    }

    /** Whether it was stamped by us for this key. */
    boolean fits(SessionKey key, Stored session) {
        return verdict(key, session) == Verdict.GENUINE;
    }

    private Verdict verdict(SessionKey key, Stored session) {
        return signet.map(seal -> seal.judge(text(key, session.owner()), session.stamp()))
                .orElse(Verdict.GENUINE);
    }

    /**
     * What is found at a key, unless it does not belong there.
     *
     * @throws SealBroken if this instance cannot say
     */
    Optional<Stored> checked(SessionKey key, Stored session) {
        switch (verdict(key, session)) {
            case GENUINE -> {
                return Optional.of(session);
            }
            case FORGED ->
                    log.warn(
                            "Session {} is not counted: it was put there by somebody who does not"
                                    + " have concertina.session.keys.",
                            key.name());
            case UNKNOWN_KEY -> {
                if (refusing) {
                    throw SealBroken.unknownKey("session " + key.name());
                }
            }
        }
        return Optional.empty();
    }

    /** The same for an answer. */
    Found checked(SessionKey key, Found found) {
        return found instanceof Found.Whole whole && checked(key, whole.session()).isEmpty()
                ? new Found.Nothing()
                : found;
    }
}
