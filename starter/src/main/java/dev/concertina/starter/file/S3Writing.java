package dev.concertina.starter.file;

import java.io.ByteArrayInputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/** One object on its way in: at once if it fits into one part, else part by part. */
final class S3Writing implements FileStore.Writing {
    static final String NAME = "name";
    static final String HASH = "stored";

    private static final Logger log = LoggerFactory.getLogger(S3Writing.class);
    private static final int FIRST = 64 * 1024;

    private final S3Client client;
    private final String bucket;
    private final String key;
    private final String name;
    private final String type;
    private final int part;
    private final List<CompletedPart> parts = new ArrayList<>();
    private Optional<String> upload = Optional.empty();
    private byte[] buffer = new byte[FIRST];
    private int filled;

    S3Writing(S3Client client, String bucket, String key, String name, String type, int part) {
        this.client = client;
        this.bucket = bucket;
        this.key = key;
        this.name = name;
        this.type = type;
        this.part = part;
    }

    @Override
    public void write(byte[] bytes, int offset, int count) {
        int done = 0;
        while (done < count) {
            if (filled == part) {
                send();
            }
            if (filled == buffer.length) {
                buffer = Arrays.copyOf(buffer, Math.min(part, buffer.length * 4));
            }
            int taken = Math.min(count - done, buffer.length - filled);
            System.arraycopy(bytes, offset + done, buffer, filled, taken);
            filled += taken;
            done += taken;
        }
    }

    private void send() {
        var id = upload.orElseGet(this::begin);
        int number = parts.size() + 1;
        try {
            var sent =
                    client.uploadPart(
                            request ->
                                    request.bucket(bucket).key(key).uploadId(id).partNumber(number),
                            body());
            parts.add(CompletedPart.builder().partNumber(number).eTag(sent.eTag()).build());
            filled = 0;
        } catch (SdkException e) {
            throw S3FileStore.failed(e);
        }
    }

    private String begin() {
        try {
            var id =
                    client.createMultipartUpload(request ->
                                    request.bucket(bucket)
                                            .key(key)
                                            .contentType(type)
                                            .metadata(Map.of(NAME, name)))
                            .uploadId();
            upload = Optional.of(id);
            return id;
        } catch (SdkException e) {
            throw S3FileStore.failed(e);
        }
    }

    // Read again when it is sent again, and never copied.
    private RequestBody body() {
        int length = filled;
        var bytes = buffer;
        return RequestBody.fromContentProvider(
                () -> new ByteArrayInputStream(bytes, 0, length), length, type);
    }

    @Override
    public void commit(long size, String sha256, Instant at) {
        var stored = new S3FileStore.Stored(sha256, at).text();
        try {
            if (upload.isEmpty()) {
                var about = Map.of(NAME, name, HASH, stored);
                client.putObject(
                        request ->
                                request.bucket(bucket).key(key).contentType(type).metadata(about),
                        body());
                return;
            }
            if (filled > 0) {
                send();
            }
            S3FileStore.put(client, bucket, key + S3FileStore.HASH, stored);
            complete(upload.get());
            upload = Optional.empty();
        } catch (SdkException e) {
            throw S3FileStore.failed(e);
        }
    }

    private void complete(String id) {
        try {
            client.completeMultipartUpload(request ->
                    request.bucket(bucket)
                            .key(key)
                            .uploadId(id)
                            .multipartUpload(all -> all.parts(parts)));
        } catch (SdkException e) {
            // Its answer may have been lost, and the repetition refused.
            if (!isThere()) {
                throw e;
            }
        }
    }

    private boolean isThere() {
        try {
            client.headObject(request -> request.bucket(bucket).key(key));
            return true;
        } catch (SdkException e) {
            return false;
        }
    }

    static void abort(S3Client client, String bucket, String key, String upload) {
        client.abortMultipartUpload(request -> request.bucket(bucket).key(key).uploadId(upload));
        client.deleteObject(request -> request.bucket(bucket).key(key + S3FileStore.HASH));
    }

    @Override
    public void close() {
        upload.ifPresent(id -> {
            try {
                abort(client, bucket, key, id);
            } catch (SdkException e) {
                log.debug("an upload is aborted later: {}", e.getMessage());
            }
        });
    }
}
