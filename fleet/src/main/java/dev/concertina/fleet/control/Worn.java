package dev.concertina.fleet.control;

/** An instance that is to be replaced by another of the same release, and why. */
public record Worn(String instance, String reason) {}
