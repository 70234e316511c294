package dev.concertina.starter.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** A server that speaks S3 and checks signatures, in a process of its own, over a folder. */
public final class TestS3 implements AutoCloseable {
    public static final String ACCESS_KEY = "test-access-key";
    public static final String SECRET_KEY = "test-secret-key-of-some-length";
    public static final String BUCKET = "files";

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path folder;
    private final int port;
    private Process process;

    private TestS3() throws IOException {
        this.folder = Files.createTempDirectory("concertina-s3");
        this.port = TestRedis.freePort();
        Files.createDirectories(folder.resolve("data"));
        Files.write(
                folder.resolve("s3.conf"),
                List.of(
                        "s3proxy.endpoint=http://127.0.0.1:" + port,
                        "s3proxy.authorization=aws-v4",
                        "s3proxy.identity=" + ACCESS_KEY,
                        "s3proxy.credential=" + SECRET_KEY,
                        // A part is hashed before it is taken.
                        "s3proxy.v4-max-non-chunked-request-size=33554432",
                        "jclouds.provider=filesystem-nio2",
                        "jclouds.filesystem.basedir=" + folder.resolve("data")));
        this.process = run();
        try (var client = client()) {
            client.createBucket(request -> request.bucket(BUCKET));
        }
    }

    private static final class Shared {
        private static final TestS3 SERVER = start();

        private static TestS3 start() {
            try {
                var server = new TestS3();
                Runtime.getRuntime().addShutdownHook(new Thread(server::close));
                return server;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** One for all tests of this JVM; whoever stops it starts it again. */
    public static TestS3 shared() {
        return Shared.SERVER;
    }

    private Process run() throws IOException {
        var started =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx192m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "org.gaul.s3proxy.Main",
                                "--properties",
                                folder.resolve("s3.conf").toString())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("log").toFile())
                        .start();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!listens()) {
            if (!started.isAlive() || System.nanoTime() > deadline) {
                started.destroyForcibly();
                throw new IllegalStateException(
                        "the S3 server did not start: " + Files.readString(folder.resolve("log")));
            }
            Thread.onSpinWait();
        }
        return started;
    }

    private boolean listens() {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }

    public S3Client client() {
        return S3Client.builder()
                .region(Region.US_EAST_1)
                .endpointOverride(URI.create(url()))
                .forcePathStyle(true)
                .credentialsProvider(
                        StaticCredentialsProvider.create(
                                AwsBasicCredentials.create(ACCESS_KEY, SECRET_KEY)))
                .build();
    }

    /** What makes an application use it. */
    public String[] settings() {
        return new String[] {
            "--concertina.file.store=s3",
            "--concertina.file.s3.endpoint=" + url(),
            "--concertina.file.s3.bucket=" + BUCKET,
            "--concertina.file.s3.access-key=" + ACCESS_KEY,
            "--concertina.file.s3.secret-key=" + SECRET_KEY
        };
    }

    public void stop() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public void start() throws IOException {
        process = run();
    }

    @Override
    public void close() {
        stop();
        try (var files = Files.walk(folder)) {
            files.sorted((a, b) -> b.compareTo(a)).forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
