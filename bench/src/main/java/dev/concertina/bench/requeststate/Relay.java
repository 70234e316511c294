package dev.concertina.bench.requeststate;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Stands between an application and its Redis, counts the commands that pass, and holds whatever
 * passes back for a time in each direction, as a longer way would. What follows closely is held
 * back from its own arrival, so nothing waits for what went before it.
 */
final class Relay implements AutoCloseable {
    // A parked thread wakes late by some fifty microseconds; the rest is waited for awake.
    private static final long AWAKE_NANOS = 120_000;
    private static final int CHUNK = 65_536;

    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Held(long dueNanos, byte[] bytes) {}

    private final ServerSocket listener;
    private final int upstream;
    private final LongAdder commands = new LongAdder();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private volatile long delayNanos;

    Relay(int upstream) throws IOException {
        this.upstream = upstream;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        thread("accept", this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** What the way there and back takes longer from now on. */
    void roundTripLongerBy(double millis) {
        delayNanos = (long) (millis * 1e6 / 2);
    }

    /** Commands since the last call. */
    long takeCommands() {
        return commands.sumThenReset();
    }

    private static void thread(String name, Runnable work) {
        Thread.ofPlatform().daemon().name("relay-" + name).start(work);
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), upstream);
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                sockets.add(client);
                sockets.add(server);
                new Way(client, server, true).open();
                new Way(server, client, false).open();
            }
        } catch (IOException e) {
            // Closed: the relay's end.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    /** One direction of one connection. */
    private final class Way {
        private final Socket from;
        private final Socket to;
        private final boolean counted;
        private final CommandCount count = new CommandCount();
        private final BlockingQueue<Held> held = new LinkedBlockingQueue<>();
        private final AtomicInteger underWay = new AtomicInteger();

        Way(Socket from, Socket to, boolean counted) {
            this.from = from;
            this.to = to;
            this.counted = counted;
        }

        void open() {
            thread("in", this::read);
            thread("out", this::write);
        }

        private void read() {
            byte[] chunk = new byte[CHUNK];
            try (from;
                    to) {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
                    long now = System.nanoTime();
                    if (counted) {
                        commands.add(count.feed(chunk, length));
                    }
                    long delay = delayNanos;
                    if (delay == 0 && underWay.get() == 0) {
                        out.write(chunk, 0, length);
                    } else {
                        byte[] bytes = new byte[length];
                        System.arraycopy(chunk, 0, bytes, 0, length);
                        underWay.incrementAndGet();
                        held.add(new Held(now + delay, bytes));
                    }
                }
            } catch (IOException e) {
                // One side hung up; the other follows.
            }
        }

        private void write() {
            try {
                OutputStream out = to.getOutputStream();
                while (true) {
                    Held next = held.take();
                    await(next.dueNanos());
                    out.write(next.bytes());
                    underWay.decrementAndGet();
                }
            } catch (IOException | InterruptedException e) {
                // One side hung up; the other follows.
            }
        }

        private static void await(long dueNanos) {
            for (long left = dueNanos - System.nanoTime();
                    left > 0;
                    left = dueNanos - System.nanoTime()) {
                if (left > AWAKE_NANOS) {
                    LockSupport.parkNanos(left - AWAKE_NANOS);
                } else {
                    Thread.onSpinWait();
                }
            }
        }
    }
}
