package dev.concertina.gateway.tls;

import java.io.ByteArrayInputStream;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;

/** A certificate chain and the key that fits it, read and checked. */
record Pair(List<X509Certificate> chain, PrivateKey key) {
    private static final int DNS_NAME = 2;

    /**
     * @throws Unusable when the two cannot be served together
     */
    static Pair of(CertificateFiles files, byte[] certificate, byte[] key) throws Unusable {
        List<X509Certificate> chain = chain(files, certificate);
        PrivateKey read = PrivateKeys.read(Pem.read(key, files.key()), files.key());
        if (!PrivateKeys.fits(read, chain.getFirst().getPublicKey())) {
            throw new Unusable(
                    files.key()
                            + " does not fit "
                            + files.certificate()
                            + ": the key is not that of the first certificate ("
                            + chain.getFirst().getSubjectX500Principal()
                            + "). Name the key it was made with, and put the server's own"
                            + " certificate first");
        }
        return new Pair(chain, read);
    }

    private static List<X509Certificate> chain(CertificateFiles files, byte[] octets)
            throws Unusable {
        List<X509Certificate> chain = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (Pem.Block block : Pem.read(octets, files.certificate())) {
                if (block.label().endsWith("CERTIFICATE")) {
                    chain.add(
                            (X509Certificate)
                                    factory.generateCertificate(
                                            new ByteArrayInputStream(block.der())));
                }
            }
        } catch (CertificateException e) {
            throw new Unusable(
                    files.certificate()
                            + " holds a damaged certificate: "
                            + e.getMessage()
                            + ". Write the whole file again");
        }
        if (chain.isEmpty()) {
            throw new Unusable(
                    files.certificate()
                            + " holds no certificate. Name the file that begins with"
                            + " -----BEGIN CERTIFICATE-----");
        }
        return chain;
    }

    X509Certificate leaf() {
        return chain.getFirst();
    }

    Instant expires() {
        return leaf().getNotAfter().toInstant();
    }

    Instant begins() {
        return leaf().getNotBefore().toInstant();
    }

    /** The host names it is for, in lower case; a wildcard stands for one label. */
    List<String> names() {
        List<String> names = new ArrayList<>();
        try {
            Collection<List<?>> alternatives = leaf().getSubjectAlternativeNames();
            if (alternatives != null) {
                for (List<?> alternative : alternatives) {
                    if (alternative.get(0).equals(DNS_NAME)) {
                        names.add(String.valueOf(alternative.get(1)).toLowerCase(Locale.ROOT));
                    }
                }
            }
        } catch (CertificateParsingException e) {
            // Without names it is still served where it is the first.
        }
        return names.isEmpty() ? commonName() : names;
    }

    private List<String> commonName() {
        try {
            return new LdapName(leaf().getSubjectX500Principal().getName())
                    .getRdns().stream()
                            .filter(rdn -> rdn.getType().equalsIgnoreCase("CN"))
                            .map(rdn -> String.valueOf(rdn.getValue()).toLowerCase(Locale.ROOT))
                            .toList();
        } catch (InvalidNameException e) {
            return List.of();
        }
    }
}
