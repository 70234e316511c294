package dev.concertina.acceptance.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.concertina.gateway.Origin;
import dev.concertina.gateway.tls.CertificateFiles;
import dev.concertina.gateway.tls.PemFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** h2spec 2.1.0, the conformance suite of HTTP/2, in strict mode: every case passes. */
class H2SpecTest {
    private static final String PROGRAM = "/h2spec/2.1.0/h2spec_linux_amd64.tar.gz";
    private static final Pattern RESULT =
            Pattern.compile("(\\d+) tests, (\\d+) passed, (\\d+) skipped, (\\d+) failed");

    @TempDir static Path directory;
    private static Path h2spec;

    @BeforeAll
    static void unpack() throws IOException {
        boolean runs =
                System.getProperty("os.name", "").equals("Linux")
                        && System.getProperty("os.arch", "").equals("amd64");
        assumeTrue(runs, "h2spec is here for Linux on x86-64 alone: its cases were NOT run");
        h2spec = directory.resolve("h2spec");
        try (InputStream packed = H2SpecTest.class.getResourceAsStream(PROGRAM)) {
            assertThat(packed).as(PROGRAM).isNotNull();
            Files.write(h2spec, onlyFile(new GZIPInputStream(packed).readAllBytes()));
        }
        Files.setPosixFilePermissions(h2spec, PosixFilePermissions.fromString("rwx------"));
    }

    /** The first file of a tar archive: 512 octets of header, its size in octal at 124. */
    private static byte[] onlyFile(byte[] tar) {
        int size = Integer.parseInt(new String(tar, 124, 11, US_ASCII).strip(), 8);
        return Arrays.copyOfRange(tar, 512, 512 + size);
    }

    @Test
    void everyCasePassesWithPriorKnowledge() throws Exception {
        try (GatewayProcess gateway = GatewayProcess.start()) {
            check(gateway);
        }
    }

    @Test
    void everyCasePassesOverTls() throws Exception {
        PemFiles pem = new PemFiles(directory);
        CertificateFiles files = pem.write("server", pem.issue("localhost"));
        List<String> arguments =
                List.of(
                        "--certificate",
                        files.certificate().toString(),
                        "--key",
                        files.key().toString());
        try (GatewayProcess gateway = GatewayProcess.start(List.of(), arguments)) {
            check(gateway, "-t", "-k");
        }
    }

    private static void check(GatewayProcess gateway, String... options) throws Exception {
        // Long enough for a case that looks at flow control.
        try (Origin origin = Origin.saying("0123456789".repeat(10))) {
            gateway.route(GatewayProcess.target("a", origin.port()));
            String output = run(gateway.port(), options);
            Matcher result = RESULT.matcher(output);
            assertThat(result.find()).as(output).isTrue();
            Scale.say("h2spec " + String.join(" ", options) + ": " + result.group());
            assertThat(result.group(1)).as(output).isEqualTo(result.group(2));
            assertThat(Integer.parseInt(result.group(1))).as(output).isGreaterThan(140);
        }
    }

    private static String run(int port, String... options) throws Exception {
        // A case that waits for an answer waits at most this many seconds.
        List<String> command = new ArrayList<>(List.of(h2spec.toString(), "-S", "-o", "20"));
        command.addAll(List.of("-h", "127.0.0.1", "-p", String.valueOf(port)));
        command.addAll(List.of(options));
        Path output = directory.resolve("h2spec.out");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        try {
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(output, UTF_8);
    }
}
