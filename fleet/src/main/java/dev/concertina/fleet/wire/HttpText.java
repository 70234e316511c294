package dev.concertina.fleet.wire;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The part of HTTP/1.1 that two of our own processes need: a head, and a body of stated length. */
final class HttpText {
    private static final int LINE_MAX = 8192;
    private static final int BODY_MAX = 16 * 1024 * 1024;

    private HttpText() {}

    /** The next line without its line break; null at the end of the stream. */
    static @Nullable String line(InputStream in) throws IOException {
        var text = new StringBuilder();
        int c;
        while ((c = in.read()) != -1) {
            if (c == '\n') {
                int end = text.length();
                return end > 0 && text.charAt(end - 1) == '\r'
                        ? text.substring(0, end - 1)
                        : text.toString();
            }
            text.append((char) c);
            if (text.length() > LINE_MAX) {
                throw new IOException("a line of more than " + LINE_MAX + " bytes");
            }
        }
        if (text.isEmpty()) {
            return null;
        }
        throw new IOException("the connection ended inside a line");
    }

    /** Fields up to the empty line, names in lower case. */
    static Map<String, String> fields(InputStream in) throws IOException {
        var fields = new HashMap<String, String>();
        for (String line = line(in); line != null && !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new IOException("not a header field: " + line);
            }
            fields.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return fields;
    }

    static String body(InputStream in, Map<String, String> fields) throws IOException {
        String length = fields.get("content-length");
        if (length != null) {
            int bytes = Integer.parseInt(length);
            if (bytes < 0 || bytes > BODY_MAX) {
                throw new IOException("a body of " + bytes + " bytes");
            }
            byte[] content = in.readNBytes(bytes);
            if (content.length < bytes) {
                throw new IOException("the connection ended inside a body");
            }
            return new String(content, StandardCharsets.UTF_8);
        }
        if ("chunked".equalsIgnoreCase(fields.get("transfer-encoding"))) {
            return chunked(in);
        }
        return "";
    }

    private static String chunked(InputStream in) throws IOException {
        var content = new java.io.ByteArrayOutputStream();
        while (true) {
            String line = line(in);
            if (line == null) {
                throw new IOException("the connection ended inside a body");
            }
            int semicolon = line.indexOf(';');
            int size = Integer.parseInt(semicolon < 0 ? line : line.substring(0, semicolon), 16);
            if (size == 0) {
                fields(in);
                return content.toString(StandardCharsets.UTF_8);
            }
            if (size < 0 || content.size() + size > BODY_MAX) {
                throw new IOException("a body of more than " + BODY_MAX + " bytes");
            }
            content.write(in.readNBytes(size));
            line(in);
        }
    }
}
