package dev.concertina.starter.session;

import dev.concertina.starter.codec.Encoded;
import dev.concertina.starter.request.UserTag;
import dev.concertina.starter.seal.Seal;
import dev.concertina.starter.seal.SealBroken;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Who somebody is, sealed into a cookie for a few minutes, so that they can go on reading while the
 * store is away; strangers too, whose session may hold nothing that a page needs. It opens only
 * beside the session id it was made for, never outlives the session, and is never renewed without
 * the store.
 */
final class Capsule {
    private static final String TYPE = "capsule";
    private static final int COOKIE_MAX = 3500;

    private final Seal seal;
    private final Duration lifetime;
    private final Duration sessionLifetime;

    /**
     * @param seal with keys; what is not sealed proves nothing
     */
    Capsule(Seal seal, Duration lifetime, Duration sessionLifetime) {
        this.seal = seal;
        this.lifetime = lifetime;
        this.sessionLifetime = sessionLifetime;
    }

    Duration lifetime() {
        return lifetime;
    }

    /** Whether the text is missing, or past the half of its life. Says nothing about its truth. */
    boolean due(Optional<String> text, Instant now) {
        try {
            return text.filter(t -> t.indexOf('.') > 0)
                    .map(t -> Long.parseLong(t.substring(0, t.indexOf('.')), 36))
                    .filter(at ->
                            !now.isAfter(Instant.ofEpochSecond(at).plus(lifetime.dividedBy(2))))
                    .isEmpty();
        } catch (NumberFormatException | DateTimeException e) {
            return true;
        }
    }

    /**
     * @param values the attributes that say who somebody is; of the others only the names are kept,
     *     so that one that cannot be read is not taken for one that is not there
     * @return empty if it does not fit into a cookie
     */
    Optional<String> close(
            SessionKey key, Stored session, Map<String, Encoded> values, Instant now) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeLong(end(session, now).toEpochMilli());
            out.writeLong(session.createdAt().toEpochMilli());
            out.writeLong(session.lastAccess().toEpochMilli());
            out.writeLong(session.idle().toMillis());
            out.writeUTF(session.user().map(UserTag::value).orElse(""));
            var names = session.values().keySet();
            out.writeShort(names.size());
            for (var name : names) {
                out.writeUTF(name);
            }
            out.writeShort(values.size());
            for (var entry : values.entrySet()) {
                out.writeUTF(entry.getKey());
                out.writeUTF(entry.getValue().type());
                out.writeShort(entry.getValue().schema());
                out.writeInt(entry.getValue().bytes().length);
                out.write(entry.getValue().bytes());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var envelope = seal.close(key.value(), new Encoded(TYPE, 1, bytes.toByteArray()));
        var text =
                Long.toString(now.getEpochSecond(), 36)
                        + "."
                        + Base64.getUrlEncoder().withoutPadding().encodeToString(envelope);
        return Optional.of(text).filter(t -> t.length() <= COOKIE_MAX);
    }

    private Instant end(Stored session, Instant now) {
        var end = now.plus(lifetime);
        var last = session.createdAt().plus(sessionLifetime);
        var idle = session.idle();
        var idleEnd = idle.isPositive() ? now.plus(idle) : last;
        var first = last.isBefore(idleEnd) ? last : idleEnd;
        return first.isBefore(end) ? first : end;
    }

    /** The session as it was for whom it was made, or empty if it proves nothing now. */
    Optional<OpenSession> open(SessionKey key, String text, Instant now) {
        try {
            var envelope = Base64.getUrlDecoder().decode(text.substring(text.indexOf('.') + 1));
            var content = seal.open(key.value(), envelope);
            return content.type().equals(TYPE) && content.schema() == 1
                    ? read(content.bytes(), now)
                    : Optional.empty();
        } catch (SealBroken | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private Optional<OpenSession> read(byte[] bytes, Instant now) {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            if (!now.isBefore(Instant.ofEpochMilli(in.readLong()))) {
                return Optional.empty();
            }
            var created = Instant.ofEpochMilli(in.readLong());
            var lastAccess = Instant.ofEpochMilli(in.readLong());
            var idle = Duration.ofMillis(in.readLong());
            var user = Optional.of(in.readUTF()).filter(tag -> !tag.isEmpty()).map(UserTag::new);
            var names = new HashMap<String, byte[]>();
            for (int left = in.readShort(); left > 0; left--) {
                names.put(in.readUTF(), new byte[0]);
            }
            var values = new HashMap<String, Encoded>();
            for (int left = in.readShort(); left > 0; left--) {
                var name = in.readUTF();
                var type = in.readUTF();
                int schema = in.readShort();
                values.put(name, new Encoded(type, schema, in.readNBytes(in.readInt())));
            }
            var stored = new Stored("", "0:", created, lastAccess, idle, user, "", names);
            return Optional.of(OpenSession.partly(stored, seal, values));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
