package dev.concertina.starter.file;

import dev.concertina.starter.instance.BadSetting;
import java.net.URI;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** Makes the client of S3 as the settings say, and says which of them is wrong. */
final class S3Connection {
    private static final Logger log = LoggerFactory.getLogger(S3Connection.class);
    private static final String KEY = "concertina.file.s3.";

    private final FileSettings.S3 settings;

    S3Connection(FileSettings.S3 settings) {
        this.settings = settings;
    }

    S3FileStore open() {
        var bucket =
                settings.bucket()
                        .orElseThrow(() ->
                                new BadSetting(
                                        "concertina.file.store is s3, but concertina.file.s3.bucket"
                                                + " is not set.",
                                        "Name the bucket."));
        var credentials = credentials();
        var region = region();
        boolean pathStyle = settings.pathStyle().orElse(settings.endpoint().isPresent());
        var client =
                S3Client.builder()
                        .region(region)
                        .credentialsProvider(credentials)
                        .forcePathStyle(pathStyle)
                        // Signed chunks and trailing checksums are Amazon's own: others refuse
                        // them.
                        .serviceConfiguration(
                                S3Configuration.builder().chunkedEncodingEnabled(false).build())
                        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                        .overrideConfiguration(calls ->
                                calls.apiCallAttemptTimeout(settings.timeout())
                                        .apiCallTimeout(settings.timeout().multipliedBy(3)));
        settings.endpoint().map(url -> uri("endpoint", url)).ifPresent(client::endpointOverride);
        var presigner =
                S3Presigner.builder()
                        .region(region)
                        .credentialsProvider(credentials)
                        .serviceConfiguration(
                                S3Configuration.builder()
                                        .pathStyleAccessEnabled(pathStyle)
                                        .build());
        settings.publicEndpoint()
                .map(url -> uri("public-endpoint", url))
                .or(() -> settings.endpoint().map(url -> uri("endpoint", url)))
                .ifPresent(presigner::endpointOverride);
        var store =
                new S3FileStore(
                        client.build(),
                        presigner.build(),
                        bucket,
                        prefix(),
                        (int) settings.part().toBytes());
        try {
            prove(store, credentials, bucket);
            return store;
        } catch (BadSetting e) {
            store.close();
            throw e;
        }
    }

    private String prefix() {
        var prefix = settings.prefix();
        return prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/";
    }

    private AwsCredentialsProvider credentials() {
        return settings.accessKey()
                .<AwsCredentialsProvider>map(key ->
                        StaticCredentialsProvider.create(
                                AwsBasicCredentials.create(
                                        key, settings.secretKey().orElseThrow())))
                .orElseGet(() -> DefaultCredentialsProvider.builder().build());
    }

    private Region region() {
        Supplier<Region> found =
                () -> {
                    if (settings.endpoint().isPresent()) {
                        return Region.US_EAST_1;
                    }
                    try {
                        return DefaultAwsRegionProviderChain.builder().build().getRegion();
                    } catch (SdkClientException e) {
                        throw new BadSetting(
                                "concertina.file.s3.region is not set, and this machine names"
                                        + " none.",
                                "Set it, or AWS_REGION.");
                    }
                };
        return settings.region().map(Region::of).orElseGet(found);
    }

    private static URI uri(String key, String text) {
        try {
            var uri = URI.create(text);
            if (uri.getHost() != null && uri.getScheme() != null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            log.debug("no address", e);
        }
        throw new BadSetting(
                KEY + key + " is '" + text + "', which is no address.",
                "Write it like https://minio.example.org:9000.");
    }

    /** Asks once. A server that is away is no reason not to start. */
    private static void prove(
            S3FileStore store, AwsCredentialsProvider credentials, String bucket) {
        try {
            credentials.resolveCredentials();
        } catch (SdkClientException e) {
            throw new BadSetting(
                    "There are no credentials for S3: concertina.file.s3.access-key is not set, and"
                            + " neither variables nor a role of this machine give any.",
                    "Set concertina.file.s3.access-key and concertina.file.s3.secret-key, or give"
                            + " the machine a role.");
        }
        try {
            store.check();
        } catch (RuntimeException e) {
            if (e.getCause() instanceof SdkException cause) {
                refused(cause, bucket)
                        .ifPresent(bad -> {
                            throw bad;
                        });
            }
            log.warn("S3 does not answer ({}); files wait until it does.", e.getMessage());
        }
    }

    private static Optional<BadSetting> refused(SdkException e, String bucket) {
        if (!(e instanceof AwsServiceException refused)) {
            return Optional.empty();
        }
        var code = S3FileStore.code(refused);
        return switch (code) {
            case "InvalidAccessKeyId" ->
                    bad("access-key is not known to S3.", "Correct it; it may have been revoked.");
            case "SignatureDoesNotMatch" ->
                    bad("secret-key does not belong to the access-key.", "Correct it.");
            case "NoSuchBucket" ->
                    bad(
                            "bucket is '" + bucket + "', and there is none.",
                            "Create it, or correct it.");
            case "PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraint" ->
                    bad("region is not the one of the bucket '" + bucket + "'.", "Correct it.");
            default ->
                    refused.statusCode() == 403
                            ? bad(
                                    "access-key may not use the bucket '"
                                            + bucket
                                            + "' ("
                                            + code
                                            + ").",
                                    "Grant it reading, writing, deleting and listing.")
                            : Optional.empty();
        };
    }

    private static Optional<BadSetting> bad(String what, String next) {
        return Optional.of(new BadSetting(KEY + what, next));
    }
}
