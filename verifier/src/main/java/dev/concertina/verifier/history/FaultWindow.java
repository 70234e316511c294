package dev.concertina.verifier.history;

/**
 * A stretch of time in which the fleet was disturbed on purpose.
 *
 * @param from on the {@link RunClock}
 * @param until when the fleet was whole again, on the {@link RunClock}
 */
public record FaultWindow(String check, String name, long from, long until) {}
