package dev.concertina.fleet.control;

/**
 * A running process as control remembers it.
 *
 * @param startTime as the host counts it; with the pid it names one process for ever
 * @param port it was told to listen on
 */
public record ProcessRef(long pid, long startTime, int port) {}
