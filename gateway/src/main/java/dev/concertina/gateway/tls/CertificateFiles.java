package dev.concertina.gateway.tls;

import java.nio.file.Path;

/**
 * Where a certificate and its key are, both in PEM.
 *
 * @param certificate the server's own certificate first, then those that lead to the root
 * @param key not encrypted: PKCS #8, or the older RSA and EC forms
 */
public record CertificateFiles(Path certificate, Path key) {}
