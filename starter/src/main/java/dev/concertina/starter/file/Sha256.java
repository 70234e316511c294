package dev.concertina.starter.file;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The hash by which content is known. */
final class Sha256 {
    private final MessageDigest digest;

    Sha256() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }

    void add(byte[] bytes, int offset, int count) {
        digest.update(bytes, offset, count);
    }

    String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
