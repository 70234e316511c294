package dev.concertina.starter.file;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.springframework.util.unit.DataSize;

/**
 * What is known of a file before it is read, and what it must not exceed.
 *
 * @param name for people; folders and control characters are left out
 * @param type as declared, a media type; parameters are left out
 * @param size in bytes; another one is refused
 * @param sha256 64 hexadecimal digits; another one is refused
 * @param sizeMax besides {@code concertina.file.size-max}
 * @param types besides {@code concertina.file.types}; empty for no further limit
 */
public record Upload(
        String name,
        String type,
        OptionalLong size,
        Optional<String> sha256,
        Optional<DataSize> sizeMax,
        List<String> types) {
    static final String UNKNOWN = "application/octet-stream";

    private static final int NAME_MAX = 200;
    private static final Pattern TYPE =
            Pattern.compile("[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}");
    private static final Pattern DIGEST = Pattern.compile("sha-256=:([A-Za-z0-9+/=]{44}):");

    public Upload {
        name = plain(name);
        type = bare(type);
        types = List.copyOf(types);
        sha256 = sha256.map(text -> text.toLowerCase(Locale.ROOT));
    }

    public static Upload named(String name) {
        return new Upload(
                name, UNKNOWN, OptionalLong.empty(), Optional.empty(), Optional.empty(), List.of());
    }

    /**
     * What the fields of a request say of its body: type, size, and hash ({@code Repr-Digest} or
     * {@code Content-Digest}, RFC 9530).
     */
    public static Upload of(HttpServletRequest request, String name) {
        long length = request.getContentLengthLong();
        var type = request.getContentType();
        return new Upload(
                name,
                type == null ? UNKNOWN : type,
                length < 0 ? OptionalLong.empty() : OptionalLong.of(length),
                digest(request, "Repr-Digest").or(() -> digest(request, "Content-Digest")),
                Optional.empty(),
                List.of());
    }

    private static Optional<String> digest(HttpServletRequest request, String field) {
        return Optional.ofNullable(request.getHeader(field))
                .map(DIGEST::matcher)
                .filter(found -> found.find())
                .map(found -> HexFormat.of().formatHex(Base64.getDecoder().decode(found.group(1))));
    }

    public Upload type(String type) {
        return new Upload(name, type, size, sha256, sizeMax, types);
    }

    public Upload size(long size) {
        return new Upload(name, type, OptionalLong.of(size), sha256, sizeMax, types);
    }

    public Upload sha256(String hex) {
        return new Upload(name, type, size, Optional.of(hex), sizeMax, types);
    }

    /** Never more than the settings allow. */
    public Upload atMost(DataSize sizeMax) {
        return new Upload(name, type, size, sha256, Optional.of(sizeMax), types);
    }

    /** Only these, such as {@code image/*}; never more than the settings allow. */
    public Upload only(String... types) {
        return new Upload(name, type, size, sha256, sizeMax, List.of(types));
    }

    private static String plain(String name) {
        var last = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
        var text = new StringBuilder();
        last.strip()
                .codePoints()
                .filter(c -> !Character.isISOControl(c) && Character.getType(c) != Character.FORMAT)
                .filter(c -> Character.getType(c) != Character.SURROGATE)
                .limit(NAME_MAX)
                .forEach(text::appendCodePoint);
        var left = text.toString();
        return left.isEmpty() || left.equals(".") || left.equals("..") ? "file" : left;
    }

    private static String bare(String type) {
        var bare = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return TYPE.matcher(bare).matches() ? bare : UNKNOWN;
    }
}
