package dev.concertina.verifier.check;

import java.time.Duration;

/**
 * How long a check waits.
 *
 * @param request a response later than this, counted from the intended start, has failed
 * @param settle the longest the fleet may take to be whole again
 */
public record Limits(Duration request, Duration settle) {}
