package dev.concertina.gateway;

import dev.concertina.contract.Policies;
import dev.concertina.contract.Policies.Affinity;
import dev.concertina.contract.Policies.Bounds;
import dev.concertina.contract.Policies.Compression;
import dev.concertina.contract.Policies.PathRule;
import dev.concertina.contract.Policies.RateLimit;
import dev.concertina.contract.Policies.SlowStart;
import dev.concertina.contract.Policies.StaticFolder;
import dev.concertina.contract.Policies.Timeouts;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Policies, begun from the defaults: a test says only what it is about. */
final class Rulebook {
    private Timeouts timeouts = Timeouts.defaults();
    private Bounds bounds = Bounds.defaults();
    private List<RateLimit> limits = List.of();
    private List<PathRule> rules = List.of();
    private List<StaticFolder> folders = List.of();
    private Compression compression = Compression.off();
    private Map<String, String> headers = Map.of();
    private Optional<Affinity> affinity = Optional.empty();
    private SlowStart slowStart = SlowStart.defaults();
    private List<String> trusted = List.of();
    private List<String> quiet = List.of();
    private Optional<String> log = Optional.empty();

    Policies policies() {
        return new Policies(
                timeouts,
                bounds,
                limits,
                rules,
                folders,
                compression,
                headers,
                affinity,
                slowStart,
                trusted,
                quiet,
                log);
    }

    Rulebook timeouts(Timeouts all) {
        timeouts = all;
        return this;
    }

    /** One of the timeouts, by the name of its record component. */
    Rulebook timeout(String name, Duration value) {
        Timeouts t = timeouts;
        timeouts =
                new Timeouts(
                        name.equals("connect") ? value : t.connect(),
                        name.equals("response") ? value : t.response(),
                        name.equals("head") ? value : t.head(),
                        name.equals("body") ? value : t.body(),
                        name.equals("send") ? value : t.send(),
                        name.equals("keepAlive") ? value : t.keepAlive(),
                        name.equals("hold") ? value : t.hold(),
                        name.equals("idleUpstream") ? value : t.idleUpstream());
        return this;
    }

    Rulebook bounds(Bounds all) {
        bounds = all;
        return this;
    }

    Rulebook bodyBytes(long most) {
        bounds =
                new Bounds(
                        bounds.headBytes(),
                        bounds.headFields(),
                        OptionalLong.of(most),
                        bounds.connections(),
                        bounds.connectionsPerAddress(),
                        bounds.held());
        return this;
    }

    Rulebook connections(int all, int perAddress) {
        bounds =
                new Bounds(
                        bounds.headBytes(),
                        bounds.headFields(),
                        bounds.bodyBytes(),
                        all,
                        perAddress,
                        bounds.held());
        return this;
    }

    Rulebook limit(String path, int requests, Duration period, int burst) {
        limits = List.of(new RateLimit(path, requests, period, burst));
        return this;
    }

    Rulebook rules(PathRule... all) {
        rules = List.of(all);
        return this;
    }

    Rulebook folder(StaticFolder one) {
        folders = List.of(one);
        return this;
    }

    Rulebook compression(String... encodings) {
        compression = new Compression(List.of(encodings), List.of("text/", "application/json"), 16);
        return this;
    }

    Rulebook header(String name, String value) {
        headers = Map.of(name, value);
        return this;
    }

    Rulebook affinity(String cookie) {
        affinity = Optional.of(new Affinity(cookie));
        return this;
    }

    Rulebook slowStart(Duration longest) {
        slowStart = new SlowStart(longest);
        return this;
    }

    Rulebook trusted(String... blocks) {
        trusted = List.of(blocks);
        return this;
    }

    Rulebook quiet(String... paths) {
        quiet = List.of(paths);
        return this;
    }

    Rulebook log(String file) {
        log = Optional.of(file);
        return this;
    }
}
