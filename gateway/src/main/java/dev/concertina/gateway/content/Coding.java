package dev.concertina.gateway.content;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.github.luben.zstd.util.Native;
import java.util.Locale;
import java.util.Optional;

/** A content coding (RFC 9110 section 8.4.1). */
public enum Coding {
    /** RFC 8878. */
    ZSTD(0, "zstd", ".zst"),
    /** RFC 7932. */
    BR(1, "br", ".br"),
    /** RFC 1952. */
    GZIP(2, "gzip", ".gz");

    private final int place;
    private final String token;
    private final String suffix;

    Coding(int place, String token, String suffix) {
        this.place = place;
        this.token = token;
        this.suffix = suffix;
    }

    /** By its name in Content-Encoding and in the manifest. */
    public static Optional<Coding> named(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        for (Coding coding : values()) {
            if (coding.token.equals(lower)) {
                return Optional.of(coding);
            }
        }
        return Optional.empty();
    }

    /** Its place where codings are kept as bits. */
    int place() {
        return place;
    }

    public String token() {
        return token;
    }

    /** What the name of a file ends with that was encoded beforehand. */
    String suffix() {
        return suffix;
    }

    /**
     * Whether this machine can encode it. The first call loads the native library, if there is one.
     */
    public boolean available() {
        return switch (this) {
            case ZSTD -> Libraries.ZSTD;
            case BR -> Libraries.BROTLI;
            case GZIP -> true;
        };
    }

    private static final class Libraries {
        static final boolean ZSTD = loadZstd();
        static final boolean BROTLI = Brotli4jLoader.isAvailable();

        private static boolean loadZstd() {
            try {
                Native.load();
                return Native.isLoaded();
            } catch (LinkageError noneForThisMachine) {
                return false;
            }
        }
    }
}
