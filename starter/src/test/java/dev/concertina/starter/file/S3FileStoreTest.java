package dev.concertina.starter.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.testing.TestS3;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class S3FileStoreTest extends FileStoreContract {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static S3FileStore store;

    @BeforeAll
    static void open() {
        store =
                new S3Connection(
                                new FileSettings.S3(
                                        Optional.of(TestS3.BUCKET),
                                        Optional.empty(),
                                        Optional.of(TestS3.shared().url()),
                                        Optional.empty(),
                                        Optional.of(TestS3.ACCESS_KEY),
                                        Optional.of(TestS3.SECRET_KEY),
                                        "uploads",
                                        DataSize.ofMegabytes(5),
                                        Optional.empty(),
                                        Duration.ofSeconds(30)))
                        .open();
    }

    @AfterAll
    static void close() {
        store.close();
    }

    @Override
    FileStore store() {
        return store;
    }

    @Override
    int piece() {
        return (int) DataSize.ofMegabytes(5).toBytes();
    }

    @Override
    long leftovers() {
        try (var client = TestS3.shared().client()) {
            return client
                    .listMultipartUploads(request -> request.bucket(TestS3.BUCKET))
                    .uploads()
                    .stream()
                    .filter(upload -> upload.key().startsWith("uploads/contract/"))
                    .count();
        }
    }

    private static HttpResponse<String> get(URI uri) throws Exception {
        return HTTP.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }

    private static StoredFile put(FileKey key, String text) throws IOException {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        var hash = new Sha256();
        hash.add(bytes, 0, bytes.length);
        var sha256 = hash.hex();
        var at = Instant.parse("2026-11-20T00:00:00Z");
        try (var writing = store.begin(key, "päge.txt", "text/plain")) {
            writing.write(bytes, 0, bytes.length);
            writing.commit(bytes.length, sha256, at);
        }
        return new StoredFile(key.id(), "päge.txt", "text/plain", bytes.length, sha256, at);
    }

    @Test
    void aLinkLeadsStraightToTheObjectAndAnAlteredOneNowhere() throws Exception {
        var key = FileKey.next(TENANT);
        var file = put(key, "hello");
        var link = store.link(key, file, Link.of(Duration.ofMinutes(5))).orElseThrow();
        var answer = get(link);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("hello");
        assertThat(answer.headers().firstValue("Content-Disposition").orElse(""))
                .contains("attachment")
                .contains("p%C3%A4ge.txt");
        var text = link.toString();
        for (var altered :
                new String[] {
                    text.replace(key.id(), FileKey.next(TENANT).id()),
                    text.replace("X-Amz-Expires=300", "X-Amz-Expires=3000"),
                    text.replace("attachment", "inline"),
                    text.substring(0, text.indexOf('?'))
                }) {
            assertThat(altered).isNotEqualTo(text);
            assertThat(get(URI.create(altered)).statusCode()).as(altered).isEqualTo(403);
        }
    }

    @Test
    void anExpiredLinkIsRefused() throws Exception {
        var key = FileKey.next(TENANT);
        var file = put(key, "hello");
        var link = store.link(key, file, Link.of(Duration.ofSeconds(1))).orElseThrow();
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        int status;
        do {
            status = get(link).statusCode();
        } while (status == 200 && System.nanoTime() < deadline);
        assertThat(status).isEqualTo(403);
    }

    @Test
    void anObjectWithoutALinkIsPrivate() throws Exception {
        var key = FileKey.next(TENANT);
        put(key, "hello");
        var bare =
                URI.create(
                        TestS3.shared().url()
                                + "/"
                                + TestS3.BUCKET
                                + "/uploads/"
                                + TENANT
                                + "/"
                                + key.id());
        assertThat(get(bare).statusCode()).isEqualTo(403);
    }

    @Test
    void whatOthersUploadIntoTheBucketIsLeftAlone() {
        try (var client = TestS3.shared().client()) {
            var other =
                    client.createMultipartUpload(request ->
                            request.bucket(TestS3.BUCKET).key("uploads/somebody-elses.bin"));
            store.clean(Instant.now().plus(Duration.ofMinutes(5)));
            assertThat(
                            client.listMultipartUploads(request -> request.bucket(TestS3.BUCKET))
                                    .uploads())
                    .anyMatch(upload -> upload.uploadId().equals(other.uploadId()));
            client.abortMultipartUpload(request ->
                    request.bucket(TestS3.BUCKET).key(other.key()).uploadId(other.uploadId()));
        }
    }
}
