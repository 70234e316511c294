package dev.concertina.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.gateway.tls.WatchedPair.Look;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedPairTest {
    @TempDir Path directory;

    private final Instant now = Instant.now();
    private PemFiles pem;
    private X509Bundle first;
    private CertificateFiles files;

    @BeforeEach
    void aPair() throws Exception {
        pem = new PemFiles(directory);
        first = pem.issue("a.test");
        files = pem.write("a", first);
    }

    @Test
    void whatDidNotChangeIsLeftAlone() throws Exception {
        WatchedPair pair = new WatchedPair(files, now);
        assertThat(pair.look(now)).isEqualTo(Look.SAME);
        pem.write("a", first);
        assertThat(pair.look(now)).isEqualTo(Look.SAME);
        assertThat(pair.pair().leaf()).isEqualTo(first.getCertificate());
    }

    @Test
    void aHalfReplacedPairIsTakenOnceItIsWhole() throws Exception {
        WatchedPair pair = new WatchedPair(files, now);
        X509Bundle next = pem.issue("a.test");
        PemFiles.replace(files.certificate(), next.getCertificatePathPEM());
        assertThat(pair.look(now)).isEqualTo(Look.TROUBLE);
        assertThat(pair.problem().orElseThrow()).contains("a.key does not fit").contains("a.crt");
        assertThat(pair.pair().leaf()).isEqualTo(first.getCertificate());
        // Reported once.
        assertThat(pair.look(now)).isEqualTo(Look.SAME);
        PemFiles.replace(files.key(), next.getPrivateKeyPEM());
        assertThat(pair.look(now)).isEqualTo(Look.REPLACED);
        assertThat(pair.problem()).isEmpty();
        assertThat(pair.pair().leaf()).isEqualTo(next.getCertificate());
    }

    @Test
    void aFileInTheMiddleOfBeingWrittenIsNotTaken() throws Exception {
        WatchedPair pair = new WatchedPair(files, now);
        X509Bundle next = pem.issue("a.test");
        String text = next.getCertificatePathPEM();
        Files.writeString(files.certificate(), text.substring(0, text.length() / 2));
        assertThat(pair.look(now)).isEqualTo(Look.TROUBLE);
        assertThat(pair.problem().orElseThrow()).contains("ends within its block");
    }

    @Test
    void aMissingFileThatComesBackIsNoTroubleAnyMore() throws Exception {
        WatchedPair pair = new WatchedPair(files, now);
        Files.delete(files.key());
        assertThat(pair.look(now)).isEqualTo(Look.TROUBLE);
        assertThat(pair.problem().orElseThrow()).contains("a.key does not exist");
        Files.writeString(files.key(), first.getPrivateKeyPEM());
        assertThat(pair.look(now)).isEqualTo(Look.SAME);
        assertThat(pair.problem()).isEmpty();
    }

    @Test
    void aChangeWithinOneTickOfTheFilesClockIsSeen() throws Exception {
        Instant written = Files.getLastModifiedTime(files.certificate()).toInstant();
        WatchedPair pair = new WatchedPair(files, written.plusMillis(1));
        X509Bundle next = pem.issue("a.test");
        // In place, same times: only the content says it.
        var times =
                List.of(
                        Files.getLastModifiedTime(files.certificate()),
                        Files.getLastModifiedTime(files.key()));
        String certificate = padded(next.getCertificatePathPEM(), Files.size(files.certificate()));
        String key = padded(next.getPrivateKeyPEM(), Files.size(files.key()));
        Files.writeString(files.certificate(), certificate);
        Files.writeString(files.key(), key);
        Files.setLastModifiedTime(files.certificate(), times.get(0));
        Files.setLastModifiedTime(files.key(), times.get(1));
        assertThat(pair.look(written.plus(Duration.ofSeconds(1)))).isEqualTo(Look.REPLACED);
    }

    private static String padded(String text, long size) {
        return text + "\n".repeat((int) Math.max(0, size - text.length()));
    }

    @Test
    void whatCannotBeServedIsSaidWithTheNextMove() throws Exception {
        X509Bundle other = pem.issue("b.test");
        CertificateFiles mixed = new CertificateFiles(files.certificate(), pem.at("b").key());
        assertThatThrownBy(() -> new WatchedPair(mixed, now))
                .hasMessageContaining("b.key does not exist. Check the path");
        pem.write("b", other);
        assertThatThrownBy(() -> new WatchedPair(mixed, now))
                .hasMessageContaining("b.key does not fit")
                .hasMessageContaining("CN=a.test")
                .hasMessageContaining("Name the key it was made with");
        var swapped = new CertificateFiles(files.key(), files.certificate());
        assertThatThrownBy(() -> new WatchedPair(swapped, now))
                .hasMessageContaining("a.key holds no certificate");
        var twice = new CertificateFiles(files.certificate(), files.certificate());
        assertThatThrownBy(() -> new WatchedPair(twice, now))
                .hasMessageContaining("a.crt holds no private key");
    }

    @Test
    void anExpiredCertificateIsServedWithAWarning() throws Exception {
        CertificateFiles old = pem.write("old", pem.expired("old.test"));
        List<String> lines = new ArrayList<>();
        Certificates certificates =
                Certificates.open(List.of(old), true, Duration.ofSeconds(1), now, lines::add);
        assertThat(lines).singleElement().asString().contains("old.crt expired");
        assertThat(certificates.problems(now)).singleElement().asString().contains("Renew it");
    }
}
