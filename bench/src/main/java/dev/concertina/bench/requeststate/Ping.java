package dev.concertina.bench.requeststate;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/** Measures how long the way to a Redis and back is. */
final class Ping {
    private static final int TIMES = 200;
    private static final long PAUSE_NANOS = 2_000_000;
    private static final byte[] COMMAND =
            "*1\r\n$4\r\nPING\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int ANSWER = "+PONG\r\n".length();

    private Ping() {}

    /**
     * @return the median, in milliseconds
     */
    static double millis(int port) throws IOException {
        double[] times = new double[TIMES];
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            var in = socket.getInputStream();
            var out = socket.getOutputStream();
            for (int i = 0; i < TIMES; i++) {
                LockSupport.parkNanos(PAUSE_NANOS);
                long sent = System.nanoTime();
                out.write(COMMAND);
                if (in.readNBytes(ANSWER).length < ANSWER) {
                    throw new IOException("Redis hung up");
                }
                times[i] = (System.nanoTime() - sent) / 1e6;
            }
        }
        Arrays.sort(times);
        return times[TIMES / 2];
    }
}
