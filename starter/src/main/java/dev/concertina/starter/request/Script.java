package dev.concertina.starter.request;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A Lua script as it is sent, and the name Redis knows it by. What it returns comes packed: see
 * {@link PackedReply}.
 */
public record Script(String text, String sha) {
    private static final byte[] SERVER = "the server's name".getBytes(StandardCharsets.US_ASCII);

    /**
     * @param body ends with the return of a list
     */
    public Script(String body) {
        this(packed(body), sha1(packed(body)));
    }

    private static String packed(String body) {
        return """
        local function run()
        %s
        end
        local reply = run()
        return cmsgpack.pack(reply)
        """
                .formatted(body);
    }

    /**
     * An argument in whose place the script sees the name of the server process that runs it, empty
     * where it is not known. Another name than before: what was acknowledged may have been lost.
     */
    public static byte[] server() {
        return SERVER;
    }

    // Not for security: EVALSHA names scripts so.
    private static String sha1(String text) {
        try {
            var digest = MessageDigest.getInstance("SHA-1");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-1", e);
        }
    }
}
