package dev.concertina.gateway.net;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** How many files and sockets the system lets this process have open. */
public final class OpenFiles {
    private static final long OWN = 256;
    private static final int FEWEST = 16;

    private OpenFiles() {}

    /**
     * Connections that may be open with a second one behind each, and enough left for the process
     * itself; no bound where the system tells none.
     */
    public static int pairs() {
        return ManagementFactory.getOperatingSystemMXBean()
                        instanceof UnixOperatingSystemMXBean unix
                ? pairs(unix.getMaxFileDescriptorCount())
                : Integer.MAX_VALUE;
    }

    static int pairs(long most) {
        return Math.clamp((most - OWN) / 2, FEWEST, Integer.MAX_VALUE);
    }
}
