package dev.concertina.fleet.control;

/**
 * An instance the gateway may send requests to.
 *
 * @param weight share relative to the others
 */
public record Backend(String instance, int port, String release, int weight) {}
