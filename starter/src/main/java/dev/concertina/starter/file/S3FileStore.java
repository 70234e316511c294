package dev.concertina.starter.file;

import dev.concertina.starter.request.Outage;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/**
 * Files as private objects of S3, or of a server that speaks like it. The object itself says
 * whether a file is there. A file of several parts has its hash in a small object beside it,
 * written before the parts become one: what an object says of itself is fixed before its first
 * part.
 */
final class S3FileStore implements FileStore {
    static final String HASH = ".sha256";

    private final S3Client client;
    private final S3Presigner presigner;
    private final String bucket;
    private final String prefix;
    private final int part;
    private final Pattern ours;

    /**
     * @param part bytes
     */
    S3FileStore(S3Client client, S3Presigner presigner, String bucket, String prefix, int part) {
        this.client = client;
        this.presigner = presigner;
        this.bucket = bucket;
        this.prefix = prefix;
        this.part = part;
        this.ours = Pattern.compile(Pattern.quote(prefix) + "[a-z0-9_-]+/[0-9a-f]{32}");
    }

    @Override
    public String kind() {
        return "s3";
    }

    private String name(FileKey key) {
        return prefix + key.tenant() + "/" + key.id();
    }

    static Outage failed(SdkException e) {
        if (e instanceof AwsServiceException refused && refused.statusCode() < 500) {
            return new Outage(
                    "S3 refused a file: " + code(refused) + " (" + refused.statusCode() + ")",
                    e,
                    false);
        }
        return new Outage("S3 does not answer: " + e.getClass().getSimpleName(), e);
    }

    /** S3's own name of what is wrong. */
    static String code(AwsServiceException e) {
        var details = e.awsErrorDetails();
        return details == null || details.errorCode() == null ? "" : details.errorCode();
    }

    private static boolean isMissing(SdkException e) {
        return e instanceof AwsServiceException refused
                && refused.statusCode() == 404
                && !code(refused).equals("NoSuchBucket");
    }

    @Override
    public Writing begin(FileKey key, String name, String type) {
        return new S3Writing(client, bucket, name(key), escaped(name), type, part);
    }

    // Fields are ASCII.
    private static String escaped(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public Optional<StoredFile> find(FileKey key) {
        HeadObjectResponse head;
        try {
            head = client.headObject(request -> request.bucket(bucket).key(name(key)));
        } catch (SdkException e) {
            if (isMissing(e)) {
                return Optional.empty();
            }
            throw failed(e);
        }
        var about = head.metadata();
        return Optional.ofNullable(about.get(S3Writing.HASH))
                .or(() -> hashBeside(name(key)))
                .map(Stored::parse)
                .map(stored ->
                        new StoredFile(
                                key.id(),
                                URLDecoder.decode(
                                        about.getOrDefault(S3Writing.NAME, "file"),
                                        StandardCharsets.UTF_8),
                                head.contentType(),
                                head.contentLength(),
                                stored.sha256(),
                                stored.at()));
    }

    /** What is known when all is written: hash and time. */
    record Stored(String sha256, Instant at) {
        String text() {
            return sha256 + "-" + at.toEpochMilli();
        }

        static Stored parse(String text) {
            var parts = text.strip().split("-", 2);
            return new Stored(parts[0], Instant.ofEpochMilli(Long.parseLong(parts[1])));
        }
    }

    private Optional<String> hashBeside(String name) {
        try {
            return Optional.of(
                    client.getObjectAsBytes(request -> request.bucket(bucket).key(name + HASH))
                            .asUtf8String());
        } catch (SdkException e) {
            if (isMissing(e)) {
                return Optional.empty();
            }
            throw failed(e);
        }
    }

    @Override
    public Optional<InputStream> open(FileKey key, long from, long length) {
        try {
            var stream =
                    client.getObject(request ->
                            request.bucket(bucket)
                                    .key(name(key))
                                    .range("bytes=" + from + "-" + (from + length - 1)));
            return Optional.of(new S3Content(stream, length));
        } catch (SdkException e) {
            if (isMissing(e)) {
                return Optional.empty();
            }
            throw failed(e);
        }
    }

    @Override
    public boolean delete(FileKey key) {
        try {
            boolean there = isThere(name(key));
            client.deleteObject(request -> request.bucket(bucket).key(name(key)));
            client.deleteObject(request -> request.bucket(bucket).key(name(key) + HASH));
            return there;
        } catch (SdkException e) {
            throw failed(e);
        }
    }

    private boolean isThere(String name) {
        try {
            client.headObject(request -> request.bucket(bucket).key(name));
            return true;
        } catch (SdkException e) {
            if (isMissing(e)) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public int clean(Instant before) {
        int count = 0;
        try {
            var pages =
                    client.listMultipartUploadsPaginator(
                            request -> request.bucket(bucket).prefix(prefix));
            for (var upload : pages.uploads()) {
                // The bucket may hold somebody else's too.
                if (upload.initiated().isBefore(before)
                        && ours.matcher(upload.key()).matches()
                        && abort(upload)) {
                    count++;
                }
            }
            return count;
        } catch (SdkException e) {
            throw failed(e);
        }
    }

    // Another instance may have been faster.
    private boolean abort(MultipartUpload upload) {
        try {
            S3Writing.abort(client, bucket, upload.key(), upload.uploadId());
            return true;
        } catch (SdkException e) {
            if (isMissing(e)) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public void check() {
        try {
            client.getObject(request -> request.bucket(bucket).key(prefix + ".concertina")).abort();
        } catch (SdkException e) {
            boolean mayNotList =
                    e instanceof AwsServiceException s && code(s).equals("AccessDenied");
            if (!isMissing(e) && !mayNotList) {
                throw failed(e);
            }
        }
    }

    @Override
    public Optional<URI> link(FileKey key, StoredFile file, Link link) {
        // On S3's own host nothing keeps a page from running.
        boolean inline =
                link.inline()
                        && !file.type().equals("text/html")
                        && !file.type().equals("image/svg+xml");
        var signed =
                presigner.presignGetObject(presign ->
                        presign.signatureDuration(link.life())
                                .getObjectRequest(request ->
                                        request.bucket(bucket)
                                                .key(name(key))
                                                .responseContentType(file.type())
                                                .responseContentDisposition(
                                                        FileAnswer.disposition(
                                                                file.name(), inline))));
        try {
            return Optional.of(signed.url().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("S3's link is none: " + signed.url(), e);
        }
    }

    /** Puts a small object. */
    static void put(S3Client client, String bucket, String key, String text) {
        client.putObject(
                request -> request.bucket(bucket).key(key).contentType("text/plain"),
                RequestBody.fromString(text));
    }

    @Override
    public void close() {
        presigner.close();
        client.close();
    }
}
