package dev.concertina.starter.file;

import dev.concertina.starter.file.FileRefused.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The parts of a multipart body (RFC 2046, 5.1), one after another, in one buffer. */
final class MultipartStream {
    private static final int BUFFER = 64 * 1024;

    private final InputStream in;

    /** Line break, two dashes, boundary. */
    private final byte[] delimiter;

    private final byte[] buffer = new byte[BUFFER];
    private int from;
    private int to;
    private boolean over;
    private Part part = new Part();

    MultipartStream(InputStream in, String boundary) {
        this.in = in;
        this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
        // So that a boundary with nothing before it is found as well.
        buffer[0] = '\r';
        buffer[1] = '\n';
        this.to = 2;
    }

    /** Passes over what is left of the part, and stands at the head of the next. */
    boolean nextPart() throws IOException {
        if (over) {
            return false;
        }
        part.end();
        from += delimiter.length;
        int first = octet();
        int second = octet();
        if (first == '-' && second == '-') {
            over = true;
            return false;
        }
        // Blanks may follow a boundary.
        while (!(first == '\r' && second == '\n')) {
            if (first != ' ' && first != '\t') {
                throw damaged("a boundary is followed by something else");
            }
            first = second;
            second = octet();
        }
        part = new Part();
        return true;
    }

    InputStream part() {
        return part;
    }

    /** A line without its end. */
    String line(int max) throws IOException {
        var line = new ByteArrayOutputStream();
        while (true) {
            int octet = octet();
            if (octet == '\r') {
                if (octet() != '\n') {
                    throw damaged("a line of a field's head does not end properly");
                }
                return line.toString(StandardCharsets.UTF_8);
            }
            line.write(octet);
            if (line.size() > max) {
                throw damaged("the head of a field is too long");
            }
        }
    }

    private int octet() throws IOException {
        if (from == to && !fill()) {
            throw damaged("it is cut short");
        }
        return buffer[from++] & 0xff;
    }

    // Moves what is there to the front and reads more behind it; the buffer is never full then.
    private boolean fill() throws IOException {
        System.arraycopy(buffer, from, buffer, 0, to - from);
        to -= from;
        from = 0;
        int read = in.read(buffer, to, buffer.length - to);
        if (read > 0) {
            to += read;
        }
        return read > 0;
    }

    private static FileRefused damaged(String how) {
        return new FileRefused(Reason.DAMAGED, "The form cannot be read: " + how + ".");
    }

    /** Up to the next delimiter. */
    private final class Part extends InputStream {
        private boolean ended;

        void end() throws IOException {
            // Nobody wants what comes before the first boundary.
            var scrap = new byte[8192];
            int read;
            do {
                read = read(scrap, 0, scrap.length);
            } while (read >= 0);
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int count) throws IOException {
            if (ended || part != this) {
                return -1;
            }
            if (count == 0) {
                return 0;
            }
            int plain = plain();
            while (plain == 0 && !ended) {
                if (!fill()) {
                    throw damaged("it is cut short");
                }
                plain = plain();
            }
            if (ended) {
                return -1;
            }
            int taken = Math.min(count, plain);
            System.arraycopy(buffer, from, bytes, offset, taken);
            from += taken;
            return taken;
        }

        // How many octets are surely content; 0 and ended where the delimiter stands.
        private int plain() {
            for (int i = from; i < to; i++) {
                if (buffer[i] == '\r') {
                    int same = same(i);
                    if (same == delimiter.length) {
                        ended = i == from;
                        return i - from;
                    }
                    if (i + same == to) {
                        return i - from;
                    }
                }
            }
            return to - from;
        }

        private int same(int at) {
            int same = 0;
            while (same < delimiter.length
                    && at + same < to
                    && buffer[at + same] == delimiter[same]) {
                same++;
            }
            return same;
        }
    }
}
