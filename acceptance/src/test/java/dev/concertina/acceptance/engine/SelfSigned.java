package dev.concertina.acceptance.engine;

import dev.concertina.fleet.manifest.Manifest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Certificates made with the JDK's own keytool. */
final class SelfSigned {
    private static final String PASSWORD = "changeit";

    private SelfSigned() {}

    static Manifest.Certificate pair(Path folder) {
        try {
            Path store = folder.resolve("pair.p12");
            Process keytool =
                    new ProcessBuilder(command(store))
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            if (!keytool.waitFor(1, TimeUnit.MINUTES) || keytool.exitValue() != 0) {
                throw new AssertionError("keytool failed");
            }
            KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
            return new Manifest.Certificate(
                    pem(folder, "CERTIFICATE", keys.getCertificate("a").getEncoded()),
                    pem(
                            folder,
                            "PRIVATE KEY",
                            keys.getKey("a", PASSWORD.toCharArray()).getEncoded()));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> command(Path store) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin/keytool").toString(),
                "-genkeypair",
                "-alias",
                "a",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=dns:localhost,ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD);
    }

    private static Path pem(Path folder, String label, byte[] der) throws java.io.IOException {
        return Files.writeString(
                folder.resolve(label.replace(' ', '-') + ".pem"),
                "-----BEGIN "
                        + label
                        + "-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                        + "\n-----END "
                        + label
                        + "-----\n");
    }
}
