package dev.concertina.contract;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the gateway does with requests besides choosing a target. Immutable, part of the {@link
 * RoutingTable}, so that one record says everything a gateway obeys.
 *
 * <p>A path pattern is a path that begins with {@code /}; {@code *} stands for one segment or a
 * part of it, {@code **} as the last segment for everything below and the folder itself; a slash at
 * the end does not count. Patterns are matched against the path without its query, after
 * percent-decoding (RFC 3986 section 6.2.2.2). Where servers differ in what else they fold (dot
 * segments, doubled and encoded slashes, {@code ;} parameters), a pattern holds if it matches what
 * any of them would see, so that no other spelling of a path escapes its rule.
 *
 * @param limits rates per client address; a request must pass all whose path matches
 * @param rules exceptions by path; the first that matches holds
 * @param folders answered by the gateway itself; the first that matches holds
 * @param headers response fields that are added where the response has none of that name
 * @param trustedProxies addresses or CIDR blocks of peers whose forwarded fields are believed
 * @param quiet paths, not patterns, that are neither limited nor logged: the health probes
 * @param accessLog absolute path of the file for one JSON line a request; empty: none
 */
public record Policies(
        Timeouts timeouts,
        Bounds bounds,
        List<RateLimit> limits,
        List<PathRule> rules,
        List<StaticFolder> folders,
        Compression compression,
        Map<String, String> headers,
        Optional<Affinity> affinity,
        SlowStart slowStart,
        List<String> trustedProxies,
        List<String> quiet,
        Optional<String> accessLog) {

    public Policies {
        limits = List.copyOf(limits);
        rules = List.copyOf(rules);
        folders = List.copyOf(folders);
        headers = Map.copyOf(headers);
        trustedProxies = List.copyOf(trustedProxies);
        quiet = List.copyOf(quiet);
    }

    /** Passes everything on, with the usual timeouts and bounds. */
    public static Policies defaults() {
        return new Policies(
                Timeouts.defaults(),
                Bounds.defaults(),
                List.of(),
                List.of(),
                List.of(),
                Compression.off(),
                Map.of(),
                Optional.empty(),
                SlowStart.defaults(),
                List.of(),
                List.of(),
                Optional.empty());
    }

    /**
     * How long the gateway waits.
     *
     * @param connect for a connection to a target
     * @param response for the head of a response, from when the request was sent; also between two
     *     parts of a request's body that the target does not take
     * @param head for the whole head of a request, from its first octet
     * @param body between two parts of a request's body from the client
     * @param send for the client to take what is written to it
     * @param keepAlive for the next request on a client's connection
     * @param hold for a target that can take a request
     * @param idleUpstream before an unused connection to a target is closed
     */
    public record Timeouts(
            Duration connect,
            Duration response,
            Duration head,
            Duration body,
            Duration send,
            Duration keepAlive,
            Duration hold,
            Duration idleUpstream) {

        public static Timeouts defaults() {
            return new Timeouts(
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(75),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(4));
        }
    }

    /**
     * What is refused for its size or number.
     *
     * @param headBytes octets of a request's head, at most 64 Ki: 431 beyond
     * @param headFields fields of a request's head, at most 1000: 431 beyond
     * @param bodyBytes octets of a request's body; empty: any number. 413 beyond
     * @param connections of clients at one moment; more are not accepted until one ends. A gateway
     *     accepts no more than half of the file descriptors it may open, whatever this says
     * @param connectionsPerAddress of one client address; more are closed at once
     * @param held requests that may wait while no target can take them: 503 beyond
     */
    public record Bounds(
            int headBytes,
            int headFields,
            OptionalLong bodyBytes,
            int connections,
            int connectionsPerAddress,
            int held) {

        public static Bounds defaults() {
            return new Bounds(16 * 1024, 100, OptionalLong.empty(), 20_000, 20_000, 1000);
        }
    }

    /**
     * A rate per client address, as GCRA: on average {@code requests} in {@code period}, and {@code
     * burst} more at once. 429 with Retry-After beyond.
     */
    public record RateLimit(String path, int requests, Duration period, int burst) {}

    /**
     * What differs below a path.
     *
     * @param response as in {@link Timeouts}; empty: as there
     * @param bodyBytes as in {@link Bounds}; empty: as there
     */
    public record PathRule(String path, Optional<Duration> response, OptionalLong bodyBytes) {}

    /**
     * Files that the gateway answers itself (GET and HEAD), with ETag, Last-Modified and ranges.
     *
     * @param path prefix that ends with {@code /}, replaced by the folder
     * @param folder absolute path
     * @param cache for how long clients may keep them; zero: {@code no-cache}
     * @param fallThrough whether a file that is not there is asked of an instance, else 404
     */
    public record StaticFolder(String path, String folder, Duration cache, boolean fallThrough) {}

    /**
     * Compression of responses that are not compressed yet and whose type gains by it.
     *
     * @param encodings in order of preference, such as {@code zstd}, {@code br}, {@code gzip};
     *     empty: off
     * @param types media types; one that ends with {@code /} stands for all of its kind
     * @param minBytes a response that is known to be smaller stays as it is
     */
    public record Compression(List<String> encodings, List<String> types, int minBytes) {
        public Compression {
            encodings = List.copyOf(encodings);
            types = List.copyOf(types);
        }

        public static Compression off() {
            return new Compression(List.of(), List.of(), 1024);
        }
    }

    /** A cookie that brings a client back to the instance that served it, while that one serves. */
    public record Affinity(String cookie) {}

    /**
     * A new target gets its full share when its service time has come down to what the others show,
     * at the latest after the longest time; zero turns it off.
     */
    public record SlowStart(Duration longest) {
        public static SlowStart defaults() {
            return new SlowStart(Duration.ofSeconds(30));
        }
    }
}
