package dev.concertina.starter.seal;

import dev.concertina.starter.codec.Encoded;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals the values of one owner, such as a session. An envelope is {@code format(1) | key id(4) |
 * type length(1) | type | schema(2) | nonce(12) | ciphertext | tag(16)}; its place (namespace,
 * owner, name) and header are authenticated, so that it opens nowhere else. The key is derived per
 * owner, which bounds how many random nonces one key sees. Safe for use by many threads.
 */
public final class Seal {
    private static final byte SEALED = 1;
    private static final byte PLAIN = 0;
    private static final int NONCE = 12;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final java.util.Optional<KeyRing> ring;
    private final String namespace;
    private final String owner;
    private final Map<Integer, SecretKeySpec> derived = new ConcurrentHashMap<>(2);

    /**
     * @param ring empty to keep values in the clear, which is a decision somebody wrote down
     */
    public Seal(java.util.Optional<KeyRing> ring, String namespace, String owner) {
        this.ring = ring;
        this.namespace = namespace;
        this.owner = owner;
    }

    public byte[] close(String name, Encoded value) {
        var type = value.type().getBytes(StandardCharsets.UTF_8);
        if (type.length > 255) {
            throw new IllegalArgumentException("type name longer than 255 bytes: " + value.type());
        }
        int keyId = ring.map(KeyRing::active).orElse(0);
        var header =
                ByteBuffer.allocate(8 + type.length)
                        .put(ring.isPresent() ? SEALED : PLAIN)
                        .putInt(keyId)
                        .put((byte) type.length)
                        .put(type)
                        .putShort((short) value.schema())
                        .array();
        var out = new ByteArrayOutputStream(header.length + NONCE + value.bytes().length + 16);
        out.writeBytes(header);
        if (ring.isEmpty()) {
            out.writeBytes(value.bytes());
            return out.toByteArray();
        }
        var nonce = new byte[NONCE];
        RANDOM.nextBytes(nonce);
        out.writeBytes(nonce);
        try {
            var cipher = cipher(Cipher.ENCRYPT_MODE, keyId, nonce, name, header);
            out.writeBytes(cipher.doFinal(value.bytes()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot seal '" + name + "'", e);
        }
        return out.toByteArray();
    }

    /**
     * @throws SealBroken if the envelope was altered, moved from another place, or sealed with a
     *     key this instance does not have
     */
    public Encoded open(String name, byte[] envelope) {
        try {
            var in = ByteBuffer.wrap(envelope);
            byte format = in.get();
            int keyId = in.getInt();
            var type = new byte[Byte.toUnsignedInt(in.get())];
            in.get(type);
            int schema = Short.toUnsignedInt(in.getShort());
            var header = new byte[8 + type.length];
            System.arraycopy(envelope, 0, header, 0, header.length);
            byte[] bytes;
            if (format == PLAIN && ring.isEmpty()) {
                bytes = new byte[in.remaining()];
                in.get(bytes);
            } else if (format == SEALED && ring.isPresent()) {
                var nonce = new byte[NONCE];
                in.get(nonce);
                var text = new byte[in.remaining()];
                in.get(text);
                bytes = cipher(Cipher.DECRYPT_MODE, keyId, nonce, name, header).doFinal(text);
            } else {
                throw new SealBroken(name, "it is of format " + format);
            }
            return new Encoded(new String(type, StandardCharsets.UTF_8), schema, bytes);
        } catch (BufferUnderflowException e) {
            throw new SealBroken(name, "it is cut short");
        } catch (AEADBadTagException e) {
            throw new SealBroken(name, "it was altered or moved from another place");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot open '" + name + "'", e);
        }
    }

    /** Whether {@link #close} would use the same key, or none as well. */
    public boolean isCurrent(byte[] envelope) {
        return envelope.length >= 5
                && (ring.isEmpty()
                        || (envelope[0] == SEALED
                                && ByteBuffer.wrap(envelope, 1, 4).getInt()
                                        == ring.get().active()));
    }

    private Cipher cipher(int mode, int keyId, byte[] nonce, String name, byte[] header)
            throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key(keyId, name), new GCMParameterSpec(128, nonce));
        cipher.updateAAD(
                (namespace + '\n' + owner + '\n' + name + '\n').getBytes(StandardCharsets.UTF_8));
        cipher.updateAAD(header);
        return cipher;
    }

    private SecretKeySpec key(int keyId, String name) {
        return derived.computeIfAbsent(
                keyId,
                id -> {
                    var master =
                            ring.flatMap(keys -> keys.key(id))
                                    .orElseThrow(() -> SealBroken.unknownKey(name));
                    var salt = owner.getBytes(StandardCharsets.UTF_8);
                    return new SecretKeySpec(Hkdf.derive(master, salt, namespace), "AES");
                });
    }
}
