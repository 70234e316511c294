package dev.concertina.starter.request;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/**
 * A response whose first byte leaves only after everything written so far is kept. Otherwise a
 * client could send its next request to another instance before the state it relies on is there.
 */
final class KeptResponse extends HttpServletResponseWrapper {
    private final Exchange exchange;
    private @Nullable ServletOutputStream stream;
    private @Nullable PrintWriter writer;
    private long length = -1;
    private long written;
    private boolean kept;

    KeptResponse(HttpServletResponse response, Exchange exchange) {
        super(response);
        this.exchange = exchange;
    }

    private void keep() {
        if (!kept) {
            kept = true;
            exchange.keep((HttpServletResponse) getResponse());
        }
    }

    // The container counts a response as sent once its buffer is full or its length is reached.
    private void aboutToWrite(long bytes) {
        written += bytes;
        if (written >= getBufferSize() || (length >= 0 && written >= length)) {
            keep();
        }
    }

    @Override
    public void setContentLength(int length) {
        this.length = length;
        super.setContentLength(length);
    }

    @Override
    public void setContentLengthLong(long length) {
        this.length = length;
        super.setContentLengthLong(length);
    }

    @Override
    public void setHeader(String name, String value) {
        noteLength(name, value);
        super.setHeader(name, value);
    }

    @Override
    public void addHeader(String name, String value) {
        noteLength(name, value);
        super.addHeader(name, value);
    }

    @Override
    public void setIntHeader(String name, int value) {
        noteLength(name, Integer.toString(value));
        super.setIntHeader(name, value);
    }

    private void noteLength(String name, @Nullable String value) {
        if (value != null && name.equalsIgnoreCase("Content-Length")) {
            try {
                length = Long.parseLong(value);
            } catch (NumberFormatException e) {
                length = 0;
            }
        }
    }

    @Override
    public void flushBuffer() throws IOException {
        keep();
        super.flushBuffer();
    }

    @Override
    public void sendError(int status) throws IOException {
        keep();
        super.sendError(status);
    }

    @Override
    public void sendError(int status, String message) throws IOException {
        keep();
        super.sendError(status, message);
    }

    @Override
    public void sendRedirect(String location) throws IOException {
        keep();
        super.sendRedirect(location);
    }

    @Override
    public void sendRedirect(String location, int status) throws IOException {
        keep();
        super.sendRedirect(location, status);
    }

    @Override
    public void sendRedirect(String location, boolean clearBuffer) throws IOException {
        keep();
        super.sendRedirect(location, clearBuffer);
    }

    @Override
    public void sendRedirect(String location, int status, boolean clearBuffer) throws IOException {
        keep();
        super.sendRedirect(location, status, clearBuffer);
    }

    @Override
    public void reset() {
        super.reset();
        written = 0;
    }

    @Override
    public void resetBuffer() {
        super.resetBuffer();
        written = 0;
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        if (stream == null) {
            stream = new KeptStream(super.getOutputStream());
        }
        return stream;
    }

    @Override
    public PrintWriter getWriter() throws IOException {
        if (writer == null) {
            writer = new KeptWriter(super.getWriter());
        }
        return writer;
    }

    private final class KeptStream extends ServletOutputStream {
        private final ServletOutputStream out;

        KeptStream(ServletOutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            aboutToWrite(1);
            out.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
            aboutToWrite(count);
            out.write(bytes, offset, count);
        }

        @Override
        public void flush() throws IOException {
            keep();
            out.flush();
        }

        @Override
        public void close() throws IOException {
            keep();
            out.close();
        }

        @Override
        public boolean isReady() {
            return out.isReady();
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            // From here on the container writes whenever it can.
            keep();
            out.setWriteListener(listener);
        }
    }

    private final class KeptWriter extends PrintWriter {
        KeptWriter(PrintWriter out) {
            super(out);
        }

        // A character takes at most four bytes; too early is right, too late is not.
        @Override
        public void write(int c) {
            aboutToWrite(4);
            super.write(c);
        }

        @Override
        public void write(char[] characters, int offset, int count) {
            aboutToWrite(4L * count);
            super.write(characters, offset, count);
        }

        @Override
        public void write(String text, int offset, int count) {
            aboutToWrite(4L * count);
            super.write(text, offset, count);
        }

        @Override
        public void flush() {
            keep();
            super.flush();
        }

        @Override
        public void close() {
            keep();
            super.close();
        }
    }
}
