package dev.concertina.fleet.control;

/**
 * How a rollout ended.
 *
 * @param number of the rollout
 * @param done false: it failed or was rolled back
 * @param instance whose log shows why it failed; empty when there is none to show
 */
public record Conclusion(int number, boolean done, String text, String instance) {}
