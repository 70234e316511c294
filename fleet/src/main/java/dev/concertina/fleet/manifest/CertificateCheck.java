package dev.concertina.fleet.manifest;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/** Whether a certificate and a key can be read and belong together. */
final class CertificateCheck {
    private static final Pattern KEY =
            Pattern.compile(
                    "-----BEGIN ((?:[A-Z]+ )?PRIVATE KEY)-----([A-Za-z0-9+/=\\s]*)-----END");

    /** The sentences continue one that began with the key and the file. */
    record Wrong(boolean inKey, String message, String next) {}

    private CertificateCheck() {}

    static Optional<Wrong> of(Manifest.Certificate pair) {
        var chain = text(pair.certificate());
        if (chain.isEmpty()) {
            return Optional.of(unreadable(false, pair.certificate()));
        }
        var secret = text(pair.key());
        if (secret.isEmpty()) {
            return Optional.of(unreadable(true, pair.key()));
        }
        Optional<X509Certificate> certificate = first(chain.get());
        if (certificate.isEmpty()) {
            return Optional.of(
                    new Wrong(
                            false,
                            "holds no certificate in PEM form.",
                            "Name the file with -----BEGIN CERTIFICATE-----."));
        }
        return key(secret.get(), certificate.get());
    }

    private static Optional<Wrong> key(String pem, X509Certificate certificate) {
        var m = KEY.matcher(pem);
        if (!m.find()) {
            return Optional.of(
                    new Wrong(
                            true,
                            "holds no private key in PEM form.",
                            "Name the file with -----BEGIN PRIVATE KEY-----."));
        }
        if (m.group(1).startsWith("ENCRYPTED") || pem.contains("Proc-Type: 4,ENCRYPTED")) {
            return Optional.of(
                    new Wrong(
                            true,
                            "is encrypted, and nobody is there to type its password.",
                            "Write it without: openssl pkey -in KEY -out NEW."));
        }
        if (!m.group(1).equals("PRIVATE KEY")) {
            // The older forms; whoever serves them says whether they fit.
            return Optional.empty();
        }
        try {
            return fits(pkcs8(m.group(2), certificate), certificate)
                    ? Optional.empty()
                    : Optional.of(
                            new Wrong(
                                    true,
                                    "is not the key of its certificate.",
                                    "Name the key that the certificate was made with."));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return Optional.of(
                    new Wrong(
                            true,
                            "does not fit its certificate: " + e.getMessage() + ".",
                            "Name the key that the certificate was made with."));
        }
    }

    private static PrivateKey pkcs8(String base64, X509Certificate certificate)
            throws GeneralSecurityException {
        var octets = Base64.getMimeDecoder().decode(base64);
        return KeyFactory.getInstance(certificate.getPublicKey().getAlgorithm())
                .generatePrivate(new PKCS8EncodedKeySpec(octets));
    }

    private static boolean fits(PrivateKey key, X509Certificate certificate)
            throws GeneralSecurityException {
        var algorithm =
                switch (key.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> key.getAlgorithm();
                };
        var text = "fit".getBytes(StandardCharsets.US_ASCII);
        var signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(text);
        var signed = signature.sign();
        signature.initVerify(certificate.getPublicKey());
        signature.update(text);
        return signature.verify(signed);
    }

    private static Optional<X509Certificate> first(String pem) {
        try {
            return CertificateFactory.getInstance("X.509")
                    .generateCertificates(
                            new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)))
                    .stream()
                    .map(X509Certificate.class::cast)
                    .findFirst();
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> text(Path file) {
        try {
            return Optional.of(Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Wrong unreadable(boolean key, Path file) {
        if (!Files.exists(file)) {
            return new Wrong(key, "does not exist.", "Correct the path.");
        }
        return Files.isDirectory(file)
                ? new Wrong(key, "is a folder.", "Name the file inside it.")
                : new Wrong(key, "cannot be read by this user.", "Make it readable.");
    }
}
