package dev.concertina.verifier.http;

import dev.concertina.verifier.history.Outcome;
import dev.concertina.verifier.history.RunClock;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** One TCP connection that carries one request at a time and never sends one twice. */
final class Connection implements Closeable {
    private final Origin origin;
    private final RunClock clock;
    private final SocketChannel channel;
    private final BoundedInput bounded;
    private final InputStream in;
    private boolean reusable = true;
    private long idleSince;

    private Connection(Origin origin, RunClock clock, SocketChannel channel) throws IOException {
        this.origin = origin;
        this.clock = clock;
        this.channel = channel;
        this.bounded = new BoundedInput(channel, clock);
        this.in = new BufferedInputStream(bounded, 16 * 1024);
    }

    static Connection open(Origin origin, RunClock clock, long deadline) throws IOException {
        var channel = SocketChannel.open();
        try {
            channel.socket()
                    .connect(
                            new InetSocketAddress(origin.host(), origin.port()),
                            millisLeft(clock, deadline));
            channel.socket().setTcpNoDelay(true);
            return new Connection(origin, clock, channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Sends the request and reads the response. Afterwards {@link #reusable()} is to be asked. */
    Exchange exchange(Request request, long started, long deadline) {
        reusable = false;
        bounded.deadline = deadline;
        var reader = new ResponseReader(in);
        try {
            channel.socket().getOutputStream().write(request.bytes(origin));
            var response = reader.read(request.method());
            reusable = response.keepAlive();
            idleSince = clock.nanos();
            return Exchange.answered(response, origin.instance(), started, clock.nanos());
        } catch (SocketTimeoutException e) {
            return broken(
                    reader,
                    Outcome.TIMEOUT,
                    reader.begun() ? "late inside the response" : "no answer in time",
                    started);
        } catch (MalformedResponse e) {
            return broken(reader, Outcome.MALFORMED, String.valueOf(e.getMessage()), started);
        } catch (IOException e) {
            var outcome = reader.begun() ? Outcome.RESET_IN_BODY : Outcome.RESET_BEFORE_BYTE;
            return broken(reader, outcome, String.valueOf(e.getMessage()), started);
        }
    }

    private Exchange broken(ResponseReader reader, Outcome outcome, String detail, long started) {
        return Exchange.broken(
                outcome, reader.status(), reader.fields(), detail, started, clock.nanos());
    }

    boolean reusable() {
        return reusable;
    }

    long idleSince() {
        return idleSince;
    }

    /**
     * Whether the peer has closed, or sent what nobody asked for, while the connection was idle. To
     * send on such a connection would count as the server's failure what any client avoids.
     */
    boolean stale() {
        try {
            if (in.available() > 0) {
                return true;
            }
            channel.configureBlocking(false);
            int read = channel.read(ByteBuffer.allocate(1));
            channel.configureBlocking(true);
            return read != 0;
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // Whatever it still had to say, nobody is waiting for it.
        }
    }

    static int millisLeft(RunClock clock, long deadline) throws SocketTimeoutException {
        long millis = (deadline - clock.nanos()) / 1_000_000;
        if (millis <= 0) {
            throw new SocketTimeoutException("the time for the request is over");
        }
        return (int) Math.min(millis, Integer.MAX_VALUE);
    }

    /** The channel's bytes, each read bounded by what is left until the deadline. */
    private static final class BoundedInput extends InputStream {
        private final SocketChannel channel;
        private final InputStream in;
        private final RunClock clock;
        private long deadline;

        BoundedInput(SocketChannel channel, RunClock clock) throws IOException {
            this.channel = channel;
            this.in = channel.socket().getInputStream();
            this.clock = clock;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            channel.socket().setSoTimeout(millisLeft(clock, deadline));
            return in.read(bytes, offset, length);
        }
    }
}
