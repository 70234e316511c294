package dev.concertina.verifier.check;

import dev.concertina.verifier.history.Outcome;
import dev.concertina.verifier.http.CookieJar;
import dev.concertina.verifier.workload.Visit;

/**
 * A session that one instance acknowledged and another did not know.
 *
 * @param createdOn the instance that had set the user's cookie
 */
record Loss(String createdOn, Visit visit, Kind kind) {

    enum Kind {
        LOST("lost"),
        COOKIE_REPLACED("lost, and its cookie replaced by a new one"),
        WRONG_CONTENT("known, but with other content");

        private final String words;

        Kind(String words) {
            this.words = words;
        }
    }

    static Loss of(String createdOn, Visit visit) {
        return new Loss(createdOn, visit, kind(visit));
    }

    String lostOn() {
        return visit.instance();
    }

    String describe() {
        return "created on "
                + named(createdOn)
                + ", "
                + kind.words
                + " on "
                + named(lostOn())
                + ": "
                + visit.request()
                + ", "
                + visit.detail();
    }

    static String named(String instance) {
        return instance.isEmpty() ? "an instance without X-Instance-Id" : instance;
    }

    private static Kind kind(Visit visit) {
        boolean replaced =
                visit.changes().stream().anyMatch(c -> c.kind() != CookieJar.Change.Kind.SET);
        if (replaced) {
            return Kind.COOKIE_REPLACED;
        }
        return visit.outcome() == Outcome.WRONG_BODY ? Kind.WRONG_CONTENT : Kind.LOST;
    }
}
