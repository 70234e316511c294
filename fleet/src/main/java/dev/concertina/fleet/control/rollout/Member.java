package dev.concertina.fleet.control.rollout;

/**
 * An instance as a rollout sees it.
 *
 * @param age the smaller, the longer it has been there
 * @param reason why it failed; empty unless it has
 */
public record Member(
        String instance, int number, int age, String release, Standing standing, String reason) {

    /** How much an instance is worth, in rising order. */
    public enum Standing {
        /** Was given up. */
        FAILED,
        /** Has no process at the moment; one will be started. */
        WAITING,
        /** Is not ready, and may become so. */
        NOT_READY,
        /** Gets requests, and has not been observed for long enough to let an old one go. */
        PROVING,
        /** May be given requests. */
        READY,
        /** Is on its way out for good. */
        LEAVING
    }

    boolean ready() {
        return standing == Standing.READY;
    }

    boolean leaving() {
        return standing == Standing.LEAVING;
    }
}
