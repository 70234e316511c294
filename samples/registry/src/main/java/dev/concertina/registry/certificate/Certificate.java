package dev.concertina.registry.certificate;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A statement that somebody earned something.
 *
 * @param code its public name; whoever has it may verify the certificate
 * @param title what was earned
 * @param holder who earned it
 * @param issuer the name of the account that says so
 * @param revokedAt since when the issuer does not say so any more
 */
record Certificate(
        String code,
        String title,
        String holder,
        String issuer,
        Instant issuedAt,
        @Nullable Instant revokedAt) {}
