package dev.concertina.starter.file;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Where files are kept, and which.
 *
 * @param store {@code s3}, {@code postgres}, {@code local} or {@code memory}; without it there are
 *     no files
 * @param keys sign links where the store itself does not; default {@code concertina.session.keys}
 * @param path where signed links of {@code postgres} and {@code local} lead; default /files
 * @param base what such links begin with, such as {@code https://registry.example.org}; default
 *     nothing, they begin with the path
 * @param sizeMax the largest file; default 100 MB
 * @param types the only media types, such as {@code image/*}; default any
 * @param linkMax the longest life of a link; default 7 days, which is the most S3 knows
 * @param unfinished what was begun, and not written to for so long, is forgotten; default 24 hours
 * @param cleanEvery how often an instance looks for such, on average; default 10 minutes; 0s is
 *     never
 * @param forms paths whose multipart forms are read by {@link FileForm}, and not kept on disk by
 *     the container; default none
 * @param schema who makes the tables of {@code postgres}; default create
 */
@ConfigurationProperties("concertina.file")
public record FileSettings(
        Optional<Store> store,
        @DefaultValue List<String> keys,
        @DefaultValue("/files") String path,
        @DefaultValue("") String base,
        @DefaultValue("100MB") DataSize sizeMax,
        @DefaultValue List<String> types,
        @DefaultValue("7d") Duration linkMax,
        @DefaultValue("24h") Duration unfinished,
        @DefaultValue("10m") Duration cleanEvery,
        @DefaultValue List<String> forms,
        @DefaultValue("create") Schema schema,
        @DefaultValue Local local,
        @DefaultValue S3 s3) {
    private static final String KEY = "concertina.file.";
    private static final Duration LINK_MOST = Duration.ofDays(7);

    /** Who keeps files. */
    public enum Store {
        S3,
        POSTGRES,
        LOCAL,
        /** For tests: this instance only, and only until it ends. */
        MEMORY
    }

    /** Who makes the tables. */
    public enum Schema {
        /** The first instance that needs them; the others wait for it. */
        CREATE,
        /** Somebody else; the start fails if they are not what this release needs. */
        VALIDATE,
        /** Somebody else; nobody looks. */
        OFF
    }

    /**
     * @param directory the same one for all instances; default {@code files} where the application
     *     was started
     */
    public record Local(@DefaultValue("files") String directory) {}

    /**
     * @param region default the environment's; us-east-1 where {@code endpoint} is set
     * @param endpoint of another server than Amazon's, such as {@code http://minio:9000}
     * @param publicEndpoint the same server as clients reach it, for links; default {@code
     *     endpoint}
     * @param accessKey default what the AWS SDK finds: variables, profile, role of the machine
     * @param prefix of every key; default none
     * @param part how much is sent at once, and held in memory for each upload; 5 to 100 MB,
     *     default 8 MB
     * @param pathStyle whether the bucket stands in the path; default where {@code endpoint} is set
     * @param timeout for one call; default 30 s
     */
    public record S3(
            Optional<String> bucket,
            Optional<String> region,
            Optional<String> endpoint,
            Optional<String> publicEndpoint,
            Optional<String> accessKey,
            Optional<String> secretKey,
            @DefaultValue("") String prefix,
            @DefaultValue("8MB") DataSize part,
            Optional<Boolean> pathStyle,
            @DefaultValue("30s") Duration timeout) {
        /** Each upload has at most so many parts. */
        static final int PARTS_MAX = 10_000;

        public S3 {
            long megabytes = part.toMegabytes();
            require(
                    megabytes >= 5 && megabytes <= 100,
                    "s3.part is " + part + ". S3 takes parts of 5MB to 100MB here; give it 8MB.");
            require(
                    accessKey.isPresent() == secretKey.isPresent(),
                    "s3.access-key and concertina.file.s3.secret-key belong together, and one of"
                            + " them is missing. Set both, or neither to use the role of the"
                            + " machine.");
            require(timeout.isPositive(), "s3.timeout is " + timeout + ". Give it 30s.");
        }

        @Override
        public String toString() {
            return "S3[bucket=" + bucket + ", endpoint=" + endpoint + "]";
        }
    }

    public FileSettings {
        keys = List.copyOf(keys);
        types = List.copyOf(types);
        forms = List.copyOf(forms);
        require(
                path.matches("(/[A-Za-z0-9._-]+)+"),
                "path is '" + path + "'. Begin it with a slash and end it without: /files.");
        require(sizeMax.toBytes() > 0, "size-max is " + sizeMax + ". Give it 100MB.");
        require(
                store.filter(Store.S3::equals).isEmpty()
                        || sizeMax.toBytes() <= s3.part().toBytes() * S3.PARTS_MAX,
                "size-max is "
                        + sizeMax
                        + ", but "
                        + S3.PARTS_MAX
                        + " parts of concertina.file.s3.part hold less. Raise that, or lower"
                        + " size-max.");
        require(
                linkMax.isPositive() && linkMax.compareTo(LINK_MOST) <= 0,
                "link-max is " + linkMax + ". Give it up to 7d.");
        require(
                unfinished.compareTo(Duration.ofMinutes(1)) >= 0,
                "unfinished is " + unfinished + ". Give it 1m or more: an upload may pause.");
        for (var type : types) {
            require(
                    type.matches("[a-z0-9.+-]+/([a-z0-9.+-]+|\\*)"),
                    "types holds '" + type + "'. Write image/png or image/*.");
        }
        for (var form : forms) {
            require(
                    form.startsWith("/"),
                    "forms holds '" + form + "'. Begin it with a slash, such as /uploads/**.");
        }
    }

    private static void require(boolean met, String problem) {
        if (!met) {
            throw new IllegalArgumentException(KEY + problem);
        }
    }

    // Keys are not for logs.
    @Override
    public String toString() {
        return "FileSettings[store=" + store + "]";
    }
}
