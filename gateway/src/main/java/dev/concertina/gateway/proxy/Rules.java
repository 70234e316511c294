package dev.concertina.gateway.proxy;

import dev.concertina.contract.Policies;
import dev.concertina.contract.Policies.Bounds;
import dev.concertina.contract.Policies.PathRule;
import dev.concertina.contract.Policies.Timeouts;
import dev.concertina.contract.RoutingTable;
import dev.concertina.contract.Split;
import dev.concertina.gateway.content.CompressionRules;
import dev.concertina.gateway.content.ServedFolder;
import dev.concertina.gateway.http1.ResponseHead;
import dev.concertina.gateway.limit.RateLimits;
import dev.concertina.gateway.net.AddressBlocks;
import dev.concertina.gateway.observe.AccessLog;
import dev.concertina.gateway.path.PathTable;
import dev.concertina.gateway.path.RequestPath;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The policies of one table, compiled so that a request pays only for those that are set.
 * Immutable, but for what the rate limits remember and the log that is written.
 */
public final class Rules {
    private static final int HEAD_BYTES_MAX = 64 * 1024;
    private static final int HEAD_FIELDS_MAX = 1000;

    private final Timeouts timeouts;
    private final Bounds bounds;
    private final AddressBlocks trusted;
    private final AddedFields added;
    private final @Nullable Affinity affinity;
    private final @Nullable Division division;
    private final CompressionRules compression;
    private final RateLimits limits;
    private final PathTable<PassOf> passes;
    private final List<ServedFolder> folders;
    private final QuietPaths quiet;
    private final @Nullable AccessLog log;
    private final Decision.Pass usual;
    private final boolean speakOfPaths;

    private record PassOf(String path, Decision.Pass pass) {}

    private Rules(
            Policies policies,
            @Nullable Division divisionNow,
            RateLimits limitsBefore,
            @Nullable AccessLog logBefore) {
        division = divisionNow;
        timeouts = policies.timeouts();
        bounds = checked(policies.bounds());
        trusted = AddressBlocks.of(policies.trustedProxies());
        added = new AddedFields(policies.headers());
        affinity = policies.affinity().map(Affinity::new).orElse(null);
        compression = CompressionRules.of(policies.compression());
        usual = new Decision.Pass(timeouts.response(), bounds.bodyBytes().orElse(-1));
        passes = PathTable.of(policies.rules().stream().map(this::pass).toList(), PassOf::path);
        folders = policies.folders().stream().map(ServedFolder::new).toList();
        quiet = new QuietPaths(policies.quiet());
        limits = limitsBefore.follow(policies.limits());
        log = log(policies.accessLog(), logBefore);
        speakOfPaths =
                !limits.isEmpty()
                        || !passes.isEmpty()
                        || !folders.isEmpty()
                        || (log != null && !quiet.isEmpty());
    }

    /** The rules before the first table. */
    static Rules defaults() {
        SecureRandom seeds = new SecureRandom();
        return new Rules(Policies.defaults(), null, RateLimits.none(seeds::nextLong), null);
    }

    /**
     * The rules after these: equal limits keep what they remember, an equal log stays open.
     *
     * @throws IllegalArgumentException naming what cannot be obeyed
     */
    Rules follow(RoutingTable table) {
        Division next = table.split().map(this::division).orElse(null);
        return new Rules(table.policies(), next, limits, log);
    }

    private Division division(Split split) {
        return division != null && division.divides(split) ? division : new Division(split);
    }

    private Decision.Pass passOf(PathRule rule) {
        long bodyBytes = rule.bodyBytes().orElse(usual.bodyBytes());
        return new Decision.Pass(rule.response().orElse(usual.response()), bodyBytes);
    }

    private PassOf pass(PathRule rule) {
        return new PassOf(rule.path(), passOf(rule));
    }

    private static @Nullable AccessLog log(Optional<String> file, @Nullable AccessLog before) {
        if (file.isEmpty()) {
            return null;
        }
        Path path = Path.of(file.get());
        if (before != null && before.path().equals(path)) {
            return before;
        }
        try {
            return AccessLog.open(path);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "accessLog '"
                            + path
                            + "' cannot be written: "
                            + e.getMessage()
                            + ". Name a file in a folder that is there and may be written.",
                    e);
        }
    }

    private static Bounds checked(Bounds bounds) {
        inRange("headBytes", bounds.headBytes(), 256, HEAD_BYTES_MAX);
        inRange("headFields", bounds.headFields(), 1, HEAD_FIELDS_MAX);
        inRange("connections", bounds.connections(), 1, Integer.MAX_VALUE);
        inRange("connectionsPerAddress", bounds.connectionsPerAddress(), 1, Integer.MAX_VALUE);
        inRange("held", bounds.held(), 0, Integer.MAX_VALUE);
        return bounds;
    }

    private static void inRange(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    "bounds." + name + " is " + value + ". Use " + min + " to " + max + '.');
        }
    }

    public Timeouts timeouts() {
        return timeouts;
    }

    public Bounds bounds() {
        return bounds;
    }

    /** Whether forwarded fields of a peer with this address are believed. */
    boolean trusts(byte[] address) {
        return trusted.hold(address);
    }

    /** Null where a client may be served by any instance. */
    @Nullable Affinity affinity() {
        return affinity;
    }

    /** Null where all requests are alike. */
    @Nullable Division division() {
        return division;
    }

    CompressionRules compression() {
        return compression;
    }

    RateLimits limits() {
        return limits;
    }

    List<ServedFolder> folders() {
        return folders;
    }

    /** The log that is written now; null if none is. */
    @Nullable AccessLog log() {
        return log;
    }

    /** Lines that are missing in the log. */
    public long logLinesDropped() {
        return log == null ? 0 : log.dropped();
    }

    /** Closes the log unless the rules after these go on with it. Waits for the file. */
    public void closeLogUnlessIn(Rules next) {
        if (log != null && log != next.log) {
            log.close();
        }
    }

    /** Closes the log, when nothing more happens. Waits for the file. */
    public void closeLog() {
        if (log != null) {
            log.close();
        }
    }

    /** Whether anything depends on a request's path, so that it has to be read. */
    boolean speakOfPaths() {
        return speakOfPaths;
    }

    /** Whether the path is neither limited nor logged. */
    boolean quiet(RequestPath path) {
        return quiet.hold(path);
    }

    /** For a request no rule speaks of. */
    Decision.Pass usual() {
        return usual;
    }

    Decision.Pass pass(RequestPath path) {
        PassOf first = passes.isEmpty() ? null : passes.first(path);
        return first == null ? usual : first.pass;
    }

    @Nullable ServedFolder folder(RequestPath path) {
        for (int i = 0; i < folders.size(); i++) {
            if (folders.get(i).matches(path)) {
                return folders.get(i);
            }
        }
        return null;
    }

    /** Adds the fields every response has. */
    void dress(ResponseHead head) {
        added.addTo(head);
    }

    /** Adds the fields every response has. */
    public Answer dress(Answer answer) {
        return added.addTo(answer);
    }
}
