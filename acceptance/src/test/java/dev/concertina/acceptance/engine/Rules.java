package dev.concertina.acceptance.engine;

import dev.concertina.contract.Policies;
import dev.concertina.contract.Policies.Affinity;
import dev.concertina.contract.Policies.Bounds;
import dev.concertina.contract.Policies.Compression;
import dev.concertina.contract.Policies.PathRule;
import dev.concertina.contract.Policies.RateLimit;
import dev.concertina.contract.Policies.StaticFolder;
import dev.concertina.contract.Policies.Timeouts;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Policies that differ from the defaults in what a test is about. */
final class Rules {
    private Timeouts timeouts = Timeouts.defaults();
    private Bounds bounds = Bounds.defaults();
    private List<RateLimit> limits = List.of();
    private List<PathRule> rules = List.of();
    private List<StaticFolder> folders = List.of();
    private Compression compression = Compression.off();
    private Map<String, String> headers = Map.of();
    private Optional<Affinity> affinity = Optional.empty();
    private List<String> trusted = List.of();
    private List<String> quiet = List.of();
    private Optional<String> accessLog = Optional.empty();

    static Rules usual() {
        return new Rules();
    }

    /** The usual ones but for these two. */
    static Timeouts with(Duration response, Duration head) {
        Timeouts usual = Timeouts.defaults();
        return new Timeouts(
                usual.connect(),
                response,
                head,
                usual.body(),
                usual.send(),
                usual.keepAlive(),
                usual.hold(),
                usual.idleUpstream());
    }

    Rules timeouts(Timeouts next) {
        timeouts = next;
        return this;
    }

    Rules bounds(Bounds next) {
        bounds = next;
        return this;
    }

    Rules bodyBytes(long most) {
        return bounds(
                new Bounds(
                        bounds.headBytes(),
                        bounds.headFields(),
                        OptionalLong.of(most),
                        bounds.connections(),
                        bounds.connectionsPerAddress(),
                        bounds.held()));
    }

    Rules limits(RateLimit... next) {
        limits = List.of(next);
        return this;
    }

    Rules rules(PathRule... next) {
        rules = List.of(next);
        return this;
    }

    Rules folders(StaticFolder... next) {
        folders = List.of(next);
        return this;
    }

    Rules compression(Compression next) {
        compression = next;
        return this;
    }

    Rules headers(Map<String, String> next) {
        headers = next;
        return this;
    }

    Rules affinity(Affinity next) {
        affinity = Optional.of(next);
        return this;
    }

    Rules trusted(String... next) {
        trusted = List.of(next);
        return this;
    }

    Rules quiet(String... next) {
        quiet = List.of(next);
        return this;
    }

    Rules accessLog(String next) {
        accessLog = Optional.of(next);
        return this;
    }

    Policies build() {
        return new Policies(
                timeouts,
                bounds,
                limits,
                rules,
                folders,
                compression,
                headers,
                affinity,
                new Policies.SlowStart(Duration.ZERO),
                trusted,
                quiet,
                accessLog);
    }
}
