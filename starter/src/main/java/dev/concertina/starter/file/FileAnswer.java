package dev.concertina.starter.file;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ContentDisposition;

/** A file as the answer to a request: whole, a range, or that the client has it already. */
final class FileAnswer {
    private static final int BLOCK = 64 * 1024;

    private final FileStore store;
    private final FileStatistics statistics;
    private final FileKey key;
    private final StoredFile file;
    private final boolean inline;

    private FileAnswer(
            FileStore store,
            FileStatistics statistics,
            FileKey key,
            StoredFile file,
            boolean inline) {
        this.store = store;
        this.statistics = statistics;
        this.key = key;
        this.file = file;
        this.inline = inline;
    }

    static FileAnswer of(
            FileStore store,
            FileStatistics statistics,
            FileKey key,
            StoredFile file,
            boolean inline) {
        return new FileAnswer(store, statistics, key, file, inline);
    }

    void write(HttpServletRequest request, HttpServletResponse response) throws IOException {
        fields(response);
        var tag = "\"" + file.sha256() + "\"";
        if (names(request.getHeader("If-None-Match"), tag)) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
        }
        switch (asked(request, tag)) {
            case ByteRange.Asked.Nothing none -> {
                response.setStatus(HttpServletResponse.SC_REQUESTED_RANGE_NOT_SATISFIABLE);
                response.setHeader("Content-Range", "bytes */" + file.size());
            }
            case ByteRange.Asked.Whole whole -> {
                response.setContentLengthLong(file.size());
                body(request, response, new ByteRange(0, file.size()));
            }
            case ByteRange.Asked.Part part -> {
                var range = part.range();
                response.setStatus(HttpServletResponse.SC_PARTIAL_CONTENT);
                response.setHeader(
                        "Content-Range",
                        "bytes "
                                + range.from()
                                + "-"
                                + (range.from() + range.length() - 1)
                                + "/"
                                + file.size());
                response.setContentLengthLong(range.length());
                body(request, response, range);
            }
        }
    }

    private void fields(HttpServletResponse response) {
        response.setContentType(file.type());
        response.setHeader("ETag", "\"" + file.sha256() + "\"");
        response.setHeader("Last-Modified", httpDate(file.storedAt()));
        response.setHeader("Accept-Ranges", "bytes");
        // Somebody uploaded this: it is shown, but runs nothing in the application's name.
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Content-Security-Policy", "default-src 'none'; sandbox");
        response.setHeader("Content-Disposition", disposition(file.name(), inline));
    }

    static String disposition(String name, boolean inline) {
        return (inline ? ContentDisposition.inline() : ContentDisposition.attachment())
                .filename(name, StandardCharsets.UTF_8)
                .build()
                .toString();
    }

    private ByteRange.Asked asked(HttpServletRequest request, String tag) {
        var condition = request.getHeader("If-Range");
        boolean same =
                condition == null
                        || condition.equals(tag)
                        || condition.equals(httpDate(file.storedAt()));
        return ByteRange.of(
                Optional.ofNullable(request.getHeader("Range")).filter(range -> same), file.size());
    }

    private static boolean names(@Nullable String field, String tag) {
        return field != null
                && (field.strip().equals("*")
                        || Arrays.stream(field.split(","))
                                .map(text -> text.strip().replaceFirst("^W/", ""))
                                .anyMatch(tag::equals));
    }

    private void body(HttpServletRequest request, HttpServletResponse response, ByteRange range)
            throws IOException {
        if (request.getMethod().equals("HEAD") || range.length() == 0) {
            return;
        }
        var content = store.open(key, range.from(), range.length());
        if (content.isEmpty()) {
            // Between the look and the read somebody removed it.
            response.reset();
            response.setStatus(HttpServletResponse.SC_NOT_FOUND);
            return;
        }
        boolean whole = range.length() == file.size();
        try (var in = whole ? new CheckedContent(content.get(), file) : content.get()) {
            copy(in, response, range.length());
        }
    }

    // Never a shorter answer that looks whole: what breaks off, breaks the connection off.
    private void copy(InputStream in, HttpServletResponse response, long length)
            throws IOException {
        var out = response.getOutputStream();
        var block = new byte[BLOCK];
        long left = length;
        while (left > 0) {
            int read = in.read(block, 0, (int) Math.min(block.length, left));
            if (read < 0) {
                throw new IOException("the content of file " + file.id() + " is cut short");
            }
            left -= read;
            out.write(block, 0, read);
            statistics.bytesOut.add(read);
        }
    }

    private static String httpDate(Instant at) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(at.atOffset(ZoneOffset.UTC));
    }
}
