package dev.concertina.registry.certificate;

import java.util.Optional;

/**
 * A certificate was issued or revoked.
 *
 * @param tenant empty for the public registry
 * @param what {@code issued} or {@code revoked}
 */
public record CertificateChanged(
        Optional<String> tenant, String what, String code, String title, String holder, String issuer) {}
