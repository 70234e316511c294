package dev.concertina.fleet.traffic;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;

/** The hosts a certificate is for: its dNSName entries (RFC 6125). */
final class CertificateNames {
    private static final int DNS_NAME = 2;
    private static final Pattern HOST = Pattern.compile("(\\*\\.)?[A-Za-z0-9][A-Za-z0-9.-]*");

    private CertificateNames() {}

    /** Empty if the file cannot be read; nginx says why. */
    static List<String> of(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            X509Certificate certificate =
                    (X509Certificate)
                            CertificateFactory.getInstance("X.509").generateCertificate(in);
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            List<String> names = new ArrayList<>();
            for (List<?> name : all == null ? List.<List<?>>of() : all) {
                if (name.get(0).equals(DNS_NAME) && name.get(1) instanceof String host) {
                    names.add(host);
                }
            }
            names.removeIf(host -> !HOST.matcher(host).matches());
            return names;
        } catch (IOException | GeneralSecurityException e) {
            return List.of();
        }
    }
}
