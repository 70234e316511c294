package dev.concertina.gateway.tls;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** Certificates of a small authority, written where a gateway reads them. */
public final class PemFiles {
    private final Path directory;
    private final X509Bundle authority;

    public PemFiles(Path directory) throws Exception {
        this.directory = directory;
        this.authority = about("Test authority").setIsCertificateAuthority(true).buildSelfSigned();
    }

    private static CertificateBuilder about(String name) {
        return new CertificateBuilder()
                .ecp256()
                .subject("CN=" + name)
                .notBefore(Instant.now().minus(Duration.ofHours(1)))
                .notAfter(Instant.now().plus(Duration.ofDays(90)));
    }

    public X509Bundle issue(String... names) throws Exception {
        CertificateBuilder builder = about(names[0]);
        for (String name : names) {
            // The builder takes no wildcards: those stay in the subject alone.
            if (!name.startsWith("*")) {
                builder.addSanDnsName(name);
            }
        }
        return builder.buildIssuedBy(authority);
    }

    X509Bundle expired(String name) throws Exception {
        return about(name)
                .addSanDnsName(name)
                .notAfter(Instant.now().minus(Duration.ofMinutes(1)))
                .buildIssuedBy(authority);
    }

    public CertificateFiles at(String name) {
        return new CertificateFiles(
                directory.resolve(name + ".crt"), directory.resolve(name + ".key"));
    }

    public CertificateFiles write(String name, X509Bundle bundle) throws IOException {
        CertificateFiles files = at(name);
        replace(files.certificate(), bundle.getCertificatePathPEM());
        replace(files.key(), bundle.getPrivateKeyPEM());
        return files;
    }

    /** As tools do: written beside, then moved over the old one. */
    public static void replace(Path file, String text) throws IOException {
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(beside, text);
        Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);
    }

    /** What a client trusts that knows this authority. */
    public SSLContext trust() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {authority.toTrustManager()}, null);
        return context;
    }
}
