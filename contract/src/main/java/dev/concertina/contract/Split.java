package dev.concertina.contract;

/**
 * Requests divided between two releases while one is to replace the other. A request that the
 * release it was meant for cannot take goes to the other one.
 *
 * @param release whose targets get the share; all others get the rest
 * @param percent the share, 1 to 99
 * @param by what a request is told by
 * @param name of the cookie or the field; empty for {@link By#REQUEST}
 */
public record Split(String release, int percent, By by, String name) {

    /** What decides for a request. */
    public enum By {
        /** Its turn: of any 100 requests, the share exactly. */
        REQUEST,
        /** A cookie the gateway gives out, so that a browser stays on one release. */
        COOKIE,
        /**
         * The value of a field, such as a user's name, so that everyone of this value stays on one
         * release. A request without the field is not of the share.
         */
        HEADER
    }

    public Split {
        if (percent < 1 || percent > 99) {
            throw new IllegalArgumentException("split: percent " + percent + " is not 1..99");
        }
        if (by != By.REQUEST && !name.matches("[A-Za-z0-9_.-]{1,64}")) {
            throw new IllegalArgumentException(
                    "split: name '" + name + "' is not 1 to 64 letters, digits, '_', '.' or '-'");
        }
    }
}
