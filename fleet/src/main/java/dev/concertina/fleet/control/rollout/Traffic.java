package dev.concertina.fleet.control.rollout;

/**
 * How requests are divided between two releases.
 *
 * @param percent of them that are for {@code to}, 0 to 100
 */
public record Traffic(String from, String to, int percent) {
    /** Whether instances of the release may be given requests. */
    public boolean includes(String release) {
        return release.equals(to) ? percent > 0 : percent < 100;
    }
}
