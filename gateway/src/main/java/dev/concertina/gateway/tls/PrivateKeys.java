package dev.concertina.gateway.tls;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.List;

/** Private keys as people have them: PKCS #8, PKCS #1 (RFC 8017) and SEC 1 (RFC 5915). */
final class PrivateKeys {
    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 0x04;
    private static final int PARAMETERS = 0xA0;
    private static final byte[] VERSION_0 = {2, 1, 0};
    // OID 1.2.840.113549.1.1.1 with NULL, and OID 1.2.840.10045.2.1.
    private static final byte[] RSA = {
        0x30, 13, 6, 9, 0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 13, 1, 1, 1, 5, 0
    };
    private static final byte[] EC = {6, 7, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 2, 1};

    private PrivateKeys() {}

    static PrivateKey read(List<Pem.Block> blocks, Path file) throws Unusable {
        for (Pem.Block block : blocks) {
            switch (block.label()) {
                case "PRIVATE KEY" -> {
                    return decode(block.der(), file, "RSA", "EC", "EdDSA");
                }
                case "RSA PRIVATE KEY" -> {
                    return decode(pkcs8(RSA, block.der()), file, "RSA");
                }
                case "EC PRIVATE KEY" -> {
                    return decode(
                            pkcs8(tlv(SEQUENCE, EC, curve(block.der(), file)), block.der()),
                            file,
                            "EC");
                }
                case "ENCRYPTED PRIVATE KEY" -> throw Pem.encrypted(file);
                default -> {
                    // EC PARAMETERS and certificates may stand before the key.
                }
            }
        }
        throw new Unusable(
                file
                        + " holds no private key. Name the file that begins with"
                        + " -----BEGIN PRIVATE KEY-----");
    }

    private static PrivateKey decode(byte[] pkcs8, Path file, String... algorithms)
            throws Unusable {
        for (String algorithm : algorithms) {
            try {
                return KeyFactory.getInstance(algorithm)
                        .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (InvalidKeySpecException notOfThisKind) {
                // The next one may be.
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
        throw new Unusable(
                file
                        + " holds a key that is none of "
                        + String.join(", ", algorithms)
                        + ", or is damaged. Make another with openssl genpkey");
    }

    /** RFC 5208: version, algorithm, key. */
    private static byte[] pkcs8(byte[] algorithm, byte[] key) {
        return tlv(SEQUENCE, VERSION_0, algorithm, tlv(OCTET_STRING, key));
    }

    /** The name of the curve, which SEC 1 keeps inside the key and PKCS #8 beside it. */
    private static byte[] curve(byte[] sec1, Path file) throws Unusable {
        int at = value(sec1, 0);
        while (at + 1 < sec1.length) {
            int start = value(sec1, at);
            int end = start + length(sec1, at);
            if ((sec1[at] & 0xFF) == PARAMETERS && end <= sec1.length) {
                return Arrays.copyOfRange(sec1, start, end);
            }
            at = end;
        }
        throw new Unusable(file + " does not say its curve. Convert it: openssl pkey -in " + file);
    }

    private static int value(byte[] der, int at) {
        int octet = at + 1 < der.length ? der[at + 1] & 0xFF : 0;
        return at + 2 + (octet < 0x80 ? 0 : octet & 0x7F);
    }

    private static int length(byte[] der, int at) {
        int octet = der[at + 1] & 0xFF;
        if (octet < 0x80) {
            return octet;
        }
        int length = 0;
        for (int i = at + 2; i < Math.min(value(der, at), der.length); i++) {
            length = length << 8 | (der[i] & 0xFF);
        }
        // A damaged key must not lead backwards.
        return Math.max(0, length);
    }

    private static byte[] tlv(int tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(length + 4);
        out.write(tag);
        if (length > 0xFF) {
            out.write(0x82);
            out.write(length >> 8);
        } else if (length > 0x7F) {
            out.write(0x81);
        }
        out.write(length);
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    /** Whether what this key signs is verified with that one. */
    static boolean fits(PrivateKey key, PublicKey certified) {
        if (!key.getAlgorithm().equals(certified.getAlgorithm())) {
            return false;
        }
        String algorithm =
                switch (key.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> key.getAlgorithm();
                };
        byte[] sample = new byte[32];
        new SecureRandom().nextBytes(sample);
        try {
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(sample);
            byte[] signature = signing.sign();
            Signature verifying = Signature.getInstance(algorithm);
            verifying.initVerify(certified);
            verifying.update(sample);
            return verifying.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
