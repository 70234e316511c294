package dev.concertina.acceptance.gateway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a process holds after a garbage collection.
 *
 * @param heapKib used by live objects
 * @param residentKib of the whole process
 */
record Footprint(int threads, long heapKib, long residentKib) {
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
    private static final Pattern THREADS = Pattern.compile("Threads:\\s+(\\d+)");
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");

    static Footprint of(GatewayProcess gateway) throws IOException, InterruptedException {
        // The histogram of live objects collects garbage first.
        Process histogram =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                                Long.toString(gateway.pid()),
                                "GC.class_histogram")
                        .redirectErrorStream(true)
                        .start();
        String classes =
                new String(histogram.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        histogram.waitFor();
        String status = Files.readString(Path.of("/proc/" + gateway.pid() + "/status"));
        return new Footprint(
                (int) number(THREADS, status),
                number(TOTAL, classes) / 1024,
                number(RESIDENT, status));
    }

    private static long number(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException("no " + pattern + " in " + text);
        }
        return Long.parseLong(matcher.group(1));
    }
}
