package dev.concertina.bench.gateway;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The load generators: wrk as fast as it goes, h2load also at a given rate. */
final class Load {
    private static final Pattern WRK_REQUESTS = Pattern.compile("(\\d+) requests in");
    private static final Pattern WRK_FAILED =
            Pattern.compile("Non-2xx or 3xx responses: (\\d+)|(Socket errors:.*)");
    private static final Pattern H2LOAD_REQUESTS =
            Pattern.compile("(\\d+) succeeded, (\\d+) failed, (\\d+) errored");

    private final Path wrk;
    private final Path h2load;
    private final Path folder;

    Load(Path wrk, Path h2load, Path folder) {
        this.wrk = wrk;
        this.h2load = h2load;
        this.folder = folder;
    }

    /** 32 connections over HTTP/1.1, each with the next request when it has its response. */
    long http1(int port, String path, int seconds) throws IOException {
        Path script = folder.resolve("post.lua");
        Files.writeString(script, "wrk.method = 'POST'\nwrk.body = string.rep('x', 1024)\n");
        Stream<String> post =
                path.equals("/post") ? Stream.of("-s", script.toString()) : Stream.of();
        String said =
                run(
                        Stream.concat(
                                        Stream.of(
                                                wrk.toString(),
                                                "-t1",
                                                "-c32",
                                                "-d" + seconds + "s"),
                                        Stream.concat(post, Stream.of(url(port, path))))
                                .toList());
        Matcher failed = WRK_FAILED.matcher(said);
        if (failed.find()) {
            throw new IOException("requests failed: " + failed.group());
        }
        return number(WRK_REQUESTS, said);
    }

    /** Eight connections over HTTP/2 in plain text, with four streams each. */
    long http2(int port, String path, int seconds) throws IOException {
        return h2load("-c8", "-m4", "-D" + seconds, url(port, path));
    }

    /**
     * 2,000 requests a second on 32 connections.
     *
     * @return the time below which 99 of 100 responses were complete, in milliseconds
     */
    double p99(int port, String path, int seconds) throws IOException {
        Path log = folder.resolve("latencies");
        Files.deleteIfExists(log);
        long requests =
                h2load(
                        "--h1",
                        "-c32",
                        "--rps=62.5",
                        "-D" + seconds,
                        "--log-file=" + log,
                        url(port, path));
        return percentile99(log, requests);
    }

    /** Without the first second, which pays for connections and not for requests. */
    private static double percentile99(Path log, long requests) throws IOException {
        try (Stream<String> lines = Files.lines(log)) {
            List<long[]> all =
                    lines.map(line -> line.split("\t"))
                            .map(words ->
                                    new long[] {Long.parseLong(words[0]), Long.parseLong(words[2])})
                            .toList();
            long begin = all.stream().mapToLong(one -> one[0]).min().orElse(0) + 1_000_000;
            long[] micros =
                    all.stream()
                            .filter(one -> one[0] >= begin)
                            .mapToLong(one -> one[1])
                            .sorted()
                            .toArray();
            if (micros.length < requests / 2) {
                throw new IOException("h2load logged " + micros.length + " of " + requests);
            }
            return micros[(int) (micros.length * 0.99)] / 1000.0;
        }
    }

    private long h2load(String... arguments) throws IOException {
        String said =
                run(Stream.concat(Stream.of(h2load.toString()), Stream.of(arguments)).toList());
        Matcher requests = H2LOAD_REQUESTS.matcher(said);
        if (!requests.find() || requests.group(1).equals("0")) {
            throw new IOException("no request succeeded");
        }
        if (!requests.group(2).equals("0")) {
            throw new IOException("requests failed: " + requests.group());
        }
        return Long.parseLong(requests.group(1));
    }

    private static String url(int port, String path) {
        return "http://127.0.0.1:" + port + path;
    }

    private static long number(Pattern pattern, String text) throws IOException {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find() || matcher.group(1).equals("0")) {
            throw new IOException("no request succeeded: " + text);
        }
        return Long.parseLong(matcher.group(1));
    }

    private static String run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
            return said.lines().collect(Collectors.joining("\n"));
        } finally {
            process.destroy();
        }
    }
}
