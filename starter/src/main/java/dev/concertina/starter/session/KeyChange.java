package dev.concertina.starter.session;

import dev.concertina.starter.request.Outage;
import dev.concertina.starter.request.UnusableStoreException;
import dev.concertina.starter.seal.KeyRing;
import dev.concertina.starter.seal.SealBroken;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Seals anew what older keys have sealed, so that they can be taken out of the settings. One
 * instance does so, once none seals with an older key any more; requests neither wait for it nor do
 * it themselves, because a session that nobody asks for has to be sealed anew just as well.
 */
final class KeyChange {
    private static final Logger log = LoggerFactory.getLogger(KeyChange.class);
    private static final Duration LEASE = Duration.ofMinutes(1);
    private static final String NEXT_MOVE =
            "Put that key back at the end of concertina.session.keys, on every instance; the log"
                    + " says when it may be taken out. If it is lost for good, start with"
                    + " concertina.session.unknown-key=ignore: the sessions that need it are then"
                    + " none, and their users log in again.";

    private final Sessions sessions;
    private final SessionStore store;
    private final KeyLedger ledger;
    private final KeyRing keys;
    private final String holder;
    private final Duration quiet;
    private Set<Integer> unknown = Set.of();

    /**
     * @param holder names this instance among all
     * @param quiet how long nobody may have sealed with an older key
     */
    KeyChange(
            Sessions sessions,
            SessionStore store,
            KeyLedger ledger,
            KeyRing keys,
            String holder,
            Duration quiet) {
        this.sessions = sessions;
        this.store = store;
        this.ledger = ledger;
        this.keys = keys;
        this.holder = holder;
        this.quiet = quiet;
    }

    /**
     * Says which key this instance seals with, before it does.
     *
     * @param refusing whether to end the start where the store holds something sealed with a key
     *     that is not there
     * @throws UnusableStoreException if so
     */
    void begin(boolean refusing) {
        try {
            unknown = unknown(ledger.noted().keySet());
            if (refusing && !unknown.isEmpty()) {
                throw new UnusableStoreException(lacking(unknown), NEXT_MOVE);
            }
            ledger.note(keys.active());
        } catch (Outage e) {
            log.debug("which keys the sessions need is seen when the store is there");
        }
    }

    private Set<Integer> unknown(Set<Integer> noted) {
        var unknown = new TreeSet<>(noted);
        keys.ids().forEach(unknown::remove);
        return unknown;
    }

    private static String lacking(Set<Integer> unknown) {
        return "Sessions are sealed with a key that is not in concertina.session.keys (id "
                + names(unknown)
                + "), so their users could not be recognised.";
    }

    private static String names(Set<Integer> ids) {
        return ids.stream().sorted().map(KeyRing::name).collect(Collectors.joining(", "));
    }

    /**
     * Seals anew if it is time to.
     *
     * @return false: whatever is left waits for the next round
     */
    boolean turn() {
        ledger.note(keys.active());
        var noted = ledger.noted();
        warn(unknown(noted.keySet()));
        var older = new TreeSet<>(noted.keySet());
        older.retainAll(keys.ids());
        older.remove(keys.active());
        boolean used = noted.entrySet().stream().anyMatch(this::inUse);
        if (older.isEmpty() || used || !ledger.lease(holder, LEASE)) {
            return false;
        }
        var pass = new Pass();
        if (store.each(pass::visit) && pass.unopened == 0) {
            older.forEach(id -> ledger.drop(id, quiet));
            log.info(
                    "No session is sealed with an older key any more ({} were sealed anew); {} may"
                            + " be taken out of concertina.session.keys.",
                    pass.resealed,
                    names(older));
        } else if (pass.unopened > 0) {
            log.warn(
                    "{} values of sessions cannot be opened with any of concertina.session.keys; the"
                            + " older keys stay needed.",
                    pass.unopened);
        }
        return false;
    }

    private boolean inUse(Map.Entry<Integer, Duration> noted) {
        return noted.getKey() != keys.active() && noted.getValue().compareTo(quiet) < 0;
    }

    private void warn(Set<Integer> now) {
        if (!unknown.containsAll(now)) {
            log.error("{} Another instance has it: give all of them the same keys.", lacking(now));
        }
        unknown = now;
    }

    private final class Pass {
        private int resealed;
        private int unopened;

        boolean visit(Map<SessionKey, Stored> some) {
            some.forEach(this::reseal);
            return ledger.lease(holder, LEASE);
        }

        private void reseal(SessionKey key, Stored session) {
            if (!sessions.stamps().fits(key, session)) {
                // Nobody's session: there is nothing to keep.
                return;
            }
            var seal = sessions.seal(session.owner());
            var envelopes = new HashMap<String, byte[]>();
            session.values()
                    .forEach((name, envelope) -> {
                        if (!seal.isCurrent(envelope)) {
                            try {
                                envelopes.put(name, seal.close(name, seal.open(name, envelope)));
                            } catch (SealBroken e) {
                                unopened++;
                            }
                        }
                    });
            var stamp = sessions.stamps().renewed(key, session);
            if (!envelopes.isEmpty() || stamp.isPresent()) {
                store.reseal(key, session, envelopes, stamp);
                resealed++;
            }
        }
    }
}
