package dev.concertina.registry.certificate;

import dev.concertina.starter.request.Tenant;
import java.util.Optional;

/**
 * A certificate was issued or revoked.
 *
 * @param tenant empty for the public registry
 * @param what happened: "issued" or "revoked"
 */
public record CertificateChanged(
        Optional<Tenant> tenant,
        String what,
        String code,
        String title,
        String holder,
        String issuer) {}
