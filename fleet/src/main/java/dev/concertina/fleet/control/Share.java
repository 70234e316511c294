package dev.concertina.fleet.control;

/**
 * The part of the requests that is for one of two releases.
 *
 * @param percent 1 to 99
 */
public record Share(String release, int percent) {}
