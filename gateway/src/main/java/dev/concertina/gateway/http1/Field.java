package dev.concertina.gateway.http1;

/** A field of a head or trailer, as it came. */
public record Field(String name, String value) {}
