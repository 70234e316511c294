package dev.concertina.verifier.http;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;

/** Reads one HTTP/1.1 response (RFC 9112) and knows whether it had begun when the stream broke. */
final class ResponseReader {
    private static final int LINE_MAX = 64 * 1024;
    private static final int KEPT_MAX = 1 << 20;

    private final InputStream in;
    private boolean begun;
    private int status;
    private List<Exchange.Field> fields = List.of();

    /**
     * @param in buffered by the caller
     */
    ResponseReader(InputStream in) {
        this.in = in;
    }

    boolean begun() {
        return begun;
    }

    /** Of the last status line read; 0 before one. */
    int status() {
        return status;
    }

    /** Those of a head that arrived whole; else none. */
    List<Exchange.Field> fields() {
        return fields;
    }

    Response read(String method) throws IOException {
        boolean http11;
        do {
            var line = line();
            status = status(line);
            http11 = line.startsWith("HTTP/1.1");
            fields = readFields();
        } while (status < 200 && status != 101);
        boolean closes =
                values(fields, "connection").stream()
                        .anyMatch(v -> v.toLowerCase(Locale.ROOT).contains("close"));
        boolean framed = true;
        var body = new ByteArrayOutputStream();
        if (method.equals("HEAD") || status == 204 || status == 304) {
            // Without a body, whatever the fields say (RFC 9112 section 6.3).
        } else if (last(fields, "transfer-encoding").toLowerCase(Locale.ROOT).endsWith("chunked")) {
            chunks(body);
        } else if (!last(fields, "content-length").isEmpty()) {
            exactly(length(), body);
        } else {
            untilClosed(body);
            framed = false;
        }
        return new Response(
                status, fields, body.toString(StandardCharsets.UTF_8), http11 && framed && !closes);
    }

    private static int status(String line) throws MalformedResponse {
        if (!line.matches("HTTP/1\\.[01] [1-9][0-9][0-9]( .*)?")) {
            throw new MalformedResponse("the response begins with '" + shortened(line) + "'");
        }
        return Integer.parseInt(line.substring(9, 12));
    }

    private long length() throws MalformedResponse {
        var lengths = new HashSet<>(values(fields, "content-length"));
        if (lengths.size() > 1) {
            throw new MalformedResponse("two lengths of one body: " + lengths);
        }
        return number(lengths.iterator().next(), 10);
    }

    private List<Exchange.Field> readFields() throws IOException {
        var read = new ArrayList<Exchange.Field>();
        for (var line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new MalformedResponse("header line '" + shortened(line) + "'");
            }
            read.add(
                    new Exchange.Field(
                            line.substring(0, colon).toLowerCase(Locale.ROOT),
                            line.substring(colon + 1).strip()));
        }
        return List.copyOf(read);
    }

    private void chunks(ByteArrayOutputStream body) throws IOException {
        for (var size = chunkSize(); size > 0; size = chunkSize()) {
            exactly(size, body);
            if (!line().isEmpty()) {
                throw new MalformedResponse("a chunk is longer than its size says");
            }
        }
        readFields();
    }

    private long chunkSize() throws IOException {
        var line = line();
        int extension = line.indexOf(';');
        return number((extension < 0 ? line : line.substring(0, extension)).strip(), 16);
    }

    private void exactly(long length, ByteArrayOutputStream body) throws IOException {
        var buffer = new byte[8192];
        long left = length;
        while (left > 0) {
            int n = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (n < 0) {
                throw new EOFException(
                        "the body ended " + left + " bytes before its length of " + length);
            }
            keep(buffer, n, body);
            left -= n;
        }
    }

    private void untilClosed(ByteArrayOutputStream body) throws IOException {
        var buffer = new byte[8192];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            keep(buffer, n, body);
        }
    }

    private static void keep(byte[] buffer, int n, ByteArrayOutputStream body) {
        body.write(buffer, 0, Math.clamp(KEPT_MAX - body.size(), 0, n));
    }

    private String line() throws IOException {
        var line = new ByteArrayOutputStream(128);
        for (int b = next(); b != '\n'; b = next()) {
            if (line.size() > LINE_MAX) {
                throw new MalformedResponse("a header line is longer than " + LINE_MAX + " bytes");
            }
            line.write(b);
        }
        var text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    private int next() throws IOException {
        int b = in.read();
        if (b < 0) {
            throw new EOFException(
                    begun ? "closed inside the head of the response" : "closed without an answer");
        }
        begun = true;
        return b;
    }

    private static long number(String digits, int radix) throws MalformedResponse {
        try {
            long number = Long.parseLong(digits, radix);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new MalformedResponse("'" + shortened(digits) + "' is not a length");
        }
        throw new MalformedResponse("'" + shortened(digits) + "' is not a length");
    }

    private static List<String> values(List<Exchange.Field> fields, String name) {
        return fields.stream()
                .filter(f -> f.name().equals(name))
                .map(Exchange.Field::value)
                .toList();
    }

    private static String last(List<Exchange.Field> fields, String name) {
        var values = values(fields, name);
        return values.isEmpty() ? "" : values.getLast();
    }

    private static String shortened(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }
}
