package dev.concertina.verifier;

import dev.concertina.verifier.check.Limits;
import java.time.Duration;

/**
 * How a verification is carried out.
 *
 * @param seed source of every random choice; the same seed takes the same order
 * @param request a request that takes longer, counted from its intended start, has failed
 * @param settle the longest the fleet may take to be whole again after a fault
 */
public record VerificationSettings(long seed, Duration request, Duration settle) {

    public static VerificationSettings of(long seed) {
        return new VerificationSettings(seed, Duration.ofSeconds(10), Duration.ofMinutes(3));
    }

    Limits limits() {
        return new Limits(request, settle);
    }
}
