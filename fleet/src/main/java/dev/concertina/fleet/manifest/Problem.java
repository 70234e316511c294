package dev.concertina.fleet.manifest;

/**
 * One thing that is wrong with what was asked.
 *
 * @param key dotted path, such as {@code app.health.ready}; empty when the file itself is wrong
 * @param value what is written there; empty when nothing is
 * @param message a sentence that names key and value
 * @param next a sentence that says what to do
 */
public record Problem(Place place, String key, String value, String message, String next) {
    /** The one line that users see. */
    @Override
    public String toString() {
        return place + "  " + message + (next.isEmpty() ? "" : " " + next);
    }
}
