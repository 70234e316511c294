package dev.concertina.fleet.manifest;

import dev.concertina.contract.Policies;
import dev.concertina.contract.Policies.Bounds;
import dev.concertina.contract.Policies.PathRule;
import dev.concertina.contract.Policies.RateLimit;
import dev.concertina.contract.Policies.StaticFolder;
import dev.concertina.contract.Policies.Timeouts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads what the gateway does with requests besides choosing an instance. */
final class PoliciesReader {
    private static final Duration MS = Duration.ofMillis(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration YEAR = Duration.ofDays(365);

    private final ReadContext context;
    private final Path source;

    PoliciesReader(ReadContext context, Path source) {
        this.context = context;
        this.source = source;
    }

    Policies read(Section gateway, Manifest.Engine engine) {
        boolean nginx = engine == Manifest.Engine.NGINX;
        return new Policies(
                timeouts(gateway.section("timeouts")),
                bounds(gateway.section("bounds")),
                limits(gateway),
                rules(gateway),
                folders(gateway),
                CompressionReader.read(context, gateway, nginx),
                HeaderWords.headers(context, gateway),
                HeaderWords.affinity(gateway),
                slowStart(gateway, nginx),
                gateway.words("trusted-proxies", Networks::objection),
                List.of(),
                accessLog(gateway));
    }

    private static Timeouts timeouts(Section section) {
        var usual = Timeouts.defaults();
        var timeouts =
                new Timeouts(
                        section.duration("connect", usual.connect(), MS, HOUR),
                        section.duration("response", usual.response(), MS, DAY),
                        section.duration("head", usual.head(), MS, HOUR),
                        section.duration("body", usual.body(), MS, DAY),
                        section.duration("send", usual.send(), MS, DAY),
                        section.duration("keep-alive", usual.keepAlive(), MS, DAY),
                        section.duration("hold", usual.hold(), Duration.ZERO, HOUR),
                        section.duration("idle-upstream", usual.idleUpstream(), MS, HOUR));
        section.end();
        return timeouts;
    }

    private static Bounds bounds(Section section) {
        var usual = Bounds.defaults();
        var bounds =
                new Bounds(
                        (int) section.bytes("head-size", usual.headBytes(), 1 << 10, 64 << 10),
                        section.integer("head-fields", usual.headFields(), 1, 1000),
                        bodySize(section),
                        section.integer("connections", usual.connections(), 1, 1_000_000),
                        section.integer(
                                "connections-per-address",
                                usual.connectionsPerAddress(),
                                1,
                                1_000_000),
                        section.integer("held", usual.held(), 0, 1_000_000));
        section.end();
        return bounds;
    }

    private static OptionalLong bodySize(Section section) {
        boolean none = section.text("body-size").filter("none"::equals).isPresent();
        return none ? OptionalLong.empty() : section.bytes("body-size", 0);
    }

    private List<RateLimit> limits(Section gateway) {
        var limits = new ArrayList<RateLimit>();
        for (Section each : gateway.sections("limits")) {
            var path = PathPatterns.read(each, "path");
            var text = each.text("rate");
            var rate = text.flatMap(Units::rate).filter(r -> r.requests() > 0);
            if (text.isEmpty() && !each.has("rate")) {
                each.wrong("rate", "is missing.", "Write 'rate: 10/s', or /m, /h.");
            } else if (text.isPresent() && rate.isEmpty()) {
                each.wrong(
                        "rate",
                        "is not a rate.",
                        "Write requests in a second, a minute or an hour: 10/s, 30/m, 500/h.");
            }
            // As many at once as the rate allows in its period, unless it is written.
            int burst = each.integer("burst", rate.map(Units.Rate::requests).orElse(1), 0, 1 << 20);
            each.end();
            path.ifPresent(p ->
                    rate.ifPresent(
                            r -> limits.add(new RateLimit(p, r.requests(), r.period(), burst))));
        }
        return limits;
    }

    private List<PathRule> rules(Section gateway) {
        var rules = new ArrayList<PathRule>();
        for (Section each : gateway.sections("paths")) {
            var path = PathPatterns.read(each, "path");
            Optional<Duration> response =
                    each.has("response")
                            ? Optional.of(each.duration("response", Duration.ZERO, MS, DAY))
                            : Optional.empty();
            if (each.text("body-size").filter("none"::equals).isPresent()) {
                each.wrong(
                        "body-size",
                        "is not a size.",
                        "Write the largest that may come here, such as 10Gi.");
            }
            var body = each.has("body-size") ? bodySize(each) : OptionalLong.empty();
            each.end();
            if (!each.has("response") && !each.has("body-size")) {
                context.problem(
                        each.place(),
                        each.path(),
                        "",
                        each.path() + " changes nothing for its path.",
                        "Write 'response: 5m' or 'body-size: 1Gi', or remove it.");
            }
            path.ifPresent(p -> rules.add(new PathRule(p, response, body)));
        }
        return rules;
    }

    private List<StaticFolder> folders(Section gateway) {
        var folders = new ArrayList<StaticFolder>();
        for (Section each : gateway.sections("static")) {
            var path = PathPatterns.folder(each, "path");
            var folder = each.path("folder");
            if (!each.has("folder")) {
                each.wrong("folder", "is missing.", "Write 'folder: public'.");
            }
            var cache =
                    each.off("cache")
                            ? Duration.ZERO
                            : each.duration("cache", HOUR, Duration.ZERO, YEAR);
            boolean fallThrough = each.flag("fall-through", false);
            each.end();
            path.ifPresent(p ->
                    folder.ifPresent(f ->
                            folders.add(new StaticFolder(p, f.toString(), cache, fallThrough))));
        }
        return folders;
    }

    private static Policies.SlowStart slowStart(Section gateway, boolean nginx) {
        var usual = nginx ? Duration.ZERO : Policies.SlowStart.defaults().longest();
        return new Policies.SlowStart(
                gateway.off("slow-start")
                        ? Duration.ZERO
                        : gateway.duration("slow-start", usual, Duration.ZERO, HOUR));
    }

    private Optional<String> accessLog(Section gateway) {
        if (gateway.off("access-log")) {
            return Optional.empty();
        }
        if (gateway.on("access-log")) {
            return Optional.of(source.resolveSibling(".concertina/logs/access.log").toString());
        }
        return gateway.path("access-log").map(Path::toString);
    }
}
