package dev.concertina.fleet.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/** Makes self-signed certificates with the JDK's own keytool. */
final class Pem {
    private static final String PASSWORD = "changeit";

    private Pem() {}

    static void write(Path certificate, Path key)
            throws IOException, InterruptedException, GeneralSecurityException {
        Path store = Files.createTempFile("pair", ".p12");
        Files.delete(store);
        var keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/keytool").toString(),
                                "-genkeypair",
                                "-alias",
                                "a",
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=localhost",
                                "-storetype",
                                "PKCS12",
                                "-keystore",
                                store.toString(),
                                "-storepass",
                                PASSWORD)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        assertThat(keytool.waitFor(1, TimeUnit.MINUTES)).isTrue();
        var keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        Files.delete(store);
        write(certificate, "CERTIFICATE", keys.getCertificate("a").getEncoded());
        write(key, "PRIVATE KEY", keys.getKey("a", PASSWORD.toCharArray()).getEncoded());
    }

    private static void write(Path file, String label, byte[] der) throws IOException {
        Files.writeString(
                file,
                "-----BEGIN "
                        + label
                        + "-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                        + "\n-----END "
                        + label
                        + "-----\n");
    }
}
