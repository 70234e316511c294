package dev.concertina.fleet.probe;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;

/** Bytes from a socket until a deadline, however slowly they drip. */
final class TimedInput {
    private final Socket socket;
    private final InputStream in;
    private final Deadline deadline;
    private final byte[] buffer = new byte[4096];
    private int position;
    private int limit;

    TimedInput(Socket socket, Deadline deadline) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
        this.deadline = deadline;
    }

    /** -1 at the end of the stream. */
    int read() throws IOException {
        if (position == limit) {
            socket.setSoTimeout(deadline.millisLeft());
            limit = in.read(buffer);
            position = 0;
            if (limit <= 0) {
                limit = 0;
                return -1;
            }
        }
        return buffer[position++] & 0xff;
    }

    /**
     * @param where for the message when the stream ends instead
     */
    int need(String where) throws IOException {
        int next = read();
        if (next < 0) {
            throw new EOFException("the connection was closed " + where);
        }
        return next;
    }
}
