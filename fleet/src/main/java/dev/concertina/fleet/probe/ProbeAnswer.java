package dev.concertina.fleet.probe;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** One HTTP/1.1 response read to its end (RFC 9112), the beginning of its body kept. */
record ProbeAnswer(int status, String body) {
    private static final int LINE_MAX = 8192;
    private static final int FIELDS_MAX = 200;
    private static final int BODY_MAX = 1024 * 1024;
    private static final int CHARACTERS_KEPT = 500;
    private static final int BYTES_KEPT = 4 * CHARACTERS_KEPT;

    static ProbeAnswer read(TimedInput in) throws IOException {
        int status = status(line(in));
        Map<String, String> fields = fields(in);
        while (status >= 100 && status < 200) {
            status = status(line(in));
            fields = fields(in);
        }
        return new ProbeAnswer(status, text(body(in, status, fields)));
    }

    private static int status(String line) throws IOException {
        String[] words = line.split(" ", 3);
        if (words.length < 2 || !words[0].startsWith("HTTP/1.") || !words[1].matches("\\d{3}")) {
            throw new IOException("the answer is not HTTP: " + shown(line));
        }
        return Integer.parseInt(words[1]);
    }

    private static Map<String, String> fields(TimedInput in) throws IOException {
        Map<String, String> fields = new HashMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            if (colon < 1 || fields.size() == FIELDS_MAX) {
                throw new IOException("the answer is not HTTP: " + shown(line));
            }
            fields.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return fields;
    }

    private static byte[] body(TimedInput in, int status, Map<String, String> fields)
            throws IOException {
        Kept kept = new Kept();
        if (status == 204 || status == 304) {
            return kept.bytes();
        }
        if (fields.getOrDefault("transfer-encoding", "")
                .toLowerCase(Locale.ROOT)
                .endsWith("chunked")) {
            chunks(in, kept);
            return kept.bytes();
        }
        String length = fields.get("content-length");
        if (length != null) {
            fixed(in, number(length, 10), kept);
            return kept.bytes();
        }
        for (int next = in.read(); next >= 0; next = in.read()) {
            kept.add(next);
        }
        return kept.bytes();
    }

    private static void chunks(TimedInput in, Kept kept) throws IOException {
        while (true) {
            String line = line(in);
            int semicolon = line.indexOf(';');
            long size = number(semicolon < 0 ? line : line.substring(0, semicolon), 16);
            if (size == 0) {
                fields(in);
                return;
            }
            fixed(in, size, kept);
            line(in);
        }
    }

    private static void fixed(TimedInput in, long length, Kept kept) throws IOException {
        for (long at = 0; at < length; at++) {
            kept.add(in.need("after " + at + " of " + length + " bytes of the body"));
        }
    }

    private static long number(String text, int radix) throws IOException {
        try {
            return Long.parseLong(text.strip(), radix);
        } catch (NumberFormatException e) {
            throw new IOException("the answer is not HTTP: length " + shown(text), e);
        }
    }

    private static String line(TimedInput in) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int c = in.need("before the answer was complete");
                c != '\n';
                c = in.need("before the answer was complete")) {
            if (text.length() == LINE_MAX) {
                throw new IOException("the answer is not HTTP: " + shown(text.toString()));
            }
            text.append((char) c);
        }
        int end = text.length();
        return end > 0 && text.charAt(end - 1) == '\r'
                ? text.substring(0, end - 1)
                : text.toString();
    }

    private static String shown(String text) {
        return text.length() > 80 ? text.substring(0, 80) + "…" : text;
    }

    private static String text(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8);
        return text.substring(0, Math.min(CHARACTERS_KEPT, text.length()));
    }

    /** The first bytes of a body; the others are only counted. */
    private static final class Kept {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private int seen;

        void add(int next) throws IOException {
            if (++seen > BODY_MAX) {
                throw new IOException(
                        "the answer has more than "
                                + BODY_MAX
                                + " bytes. Point the health path to something smaller.");
            }
            if (seen <= BYTES_KEPT) {
                bytes.write(next);
            }
        }

        byte[] bytes() {
            return bytes.toByteArray();
        }
    }
}
