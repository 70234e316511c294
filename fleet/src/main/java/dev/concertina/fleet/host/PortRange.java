package dev.concertina.fleet.host;

import java.io.BufferedReader;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports to give away, outside the range from which the kernel takes the local port of an outgoing
 * connection: a port from there could be lost to any client between choosing and listening. They
 * are walked in a random order that comes back to a port only after all others, so neither this
 * fleet nor one beside it is likely to be given one twice.
 */
final class PortRange {
    private static final int LOWEST = 20_000;
    private static final int HIGHEST = 32_000;
    private static final Path EPHEMERAL = Path.of("/proc/sys/net/ipv4/ip_local_port_range");

    private final int first;
    private final int size;
    private final int stride;
    private int position;

    PortRange(int first, int last) {
        this.first = first;
        size = last - first + 1;
        stride = coprime(size);
        position = ThreadLocalRandom.current().nextInt(size);
    }

    static PortRange ofThisSystem() {
        // Not readString: it reads a byte first, and such a file has nothing after its first read.
        try (BufferedReader file = Files.newBufferedReader(EPHEMERAL)) {
            String[] range = file.readLine().strip().split("\\s+");
            return beside(Integer.parseInt(range[0]), Integer.parseInt(range[1]));
        } catch (IOException e) {
            return new PortRange(LOWEST, HIGHEST);
        }
    }

    /** The usual range, or the larger side of an unusually wide ephemeral one. */
    static PortRange beside(int ephemeralFirst, int ephemeralLast) {
        if (ephemeralFirst > HIGHEST || ephemeralLast < LOWEST) {
            return new PortRange(LOWEST, HIGHEST);
        }
        int below = ephemeralFirst - 1024;
        int above = 65_535 - ephemeralLast;
        if (Math.max(below, above) < 200) {
            return new PortRange(LOWEST, HIGHEST);
        }
        return below >= above
                ? new PortRange(Math.max(1024, ephemeralFirst - 12_000), ephemeralFirst - 1)
                : new PortRange(ephemeralLast + 1, Math.min(65_535, ephemeralLast + 12_000));
    }

    /**
     * @throws HostException if every port is taken
     */
    synchronized int next() {
        for (int tried = 0; tried < size; tried++) {
            position = (position + stride) % size;
            if (free(first + position)) {
                return first + position;
            }
        }
        throw new HostException(
                "ports "
                        + first
                        + " to "
                        + (first + size - 1)
                        + " of 127.0.0.1 are all taken. See what listens there: ss -ltnp");
    }

    private static boolean free(int port) {
        try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static int coprime(int size) {
        while (true) {
            int candidate = ThreadLocalRandom.current().nextInt(1, size + 1);
            if (BigInteger.valueOf(candidate).gcd(BigInteger.valueOf(size)).intValue() == 1) {
                return candidate;
            }
        }
    }
}
