package dev.concertina.fleet.traffic;

import java.util.List;
import java.util.Map;

/**
 * How the JVM of a gateway is launched: small, because it allocates next to nothing for a request.
 * Measured after load, the memory in use is 76 MiB with these, and 166 MiB with the heap alone
 * bounded.
 */
public final class GatewayJvm {
    public static final List<String> OPTIONS =
            List.of(
                    "-XX:+UseSerialGC",
                    "-Xms24m",
                    "-Xmx256m",
                    // The whole young generation is written to however little is alive in it.
                    "-Xmn8m",
                    // What the compilers used is given back to the system.
                    "-XX:TrimNativeHeapInterval=2000",
                    "--enable-native-access=ALL-UNNAMED");

    /** glibc keeps freed memory for each of its arenas; one event loop is no use for several. */
    public static final Map<String, String> ENVIRONMENT = Map.of("MALLOC_ARENA_MAX", "1");

    private GatewayJvm() {}
}
