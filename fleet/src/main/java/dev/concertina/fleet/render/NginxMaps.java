package dev.concertina.fleet.render;

import static dev.concertina.fleet.render.NginxText.literal;
import static dev.concertina.fleet.render.NginxText.quoted;
import static dev.concertina.fleet.render.NginxText.regex;

import dev.concertina.contract.Policies;
import dev.concertina.contract.Policies.RateLimit;
import dev.concertina.contract.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;

/** The variables: what is passed on, what is added, what is counted, who is served by whom. */
final class NginxMaps {
    /** Fields of proxies in front that are passed on from trusted ones only. */
    static final List<String> BELIEVED =
            List.of(
                    "Forwarded",
                    "X-Real-IP",
                    "X-Forwarded-By",
                    "X-Forwarded-Client-Cert",
                    "X-Forwarded-Prefix",
                    "X-Forwarded-Protocol",
                    "X-Forwarded-Scheme",
                    "X-Forwarded-Server",
                    "X-Forwarded-Ssl",
                    "X-Forwarded-Uri",
                    "X-Forwarded-User");

    private final NginxText out;
    private final NginxSite site;
    private final Policies policies;
    private final Optional<NginxDivision> division;

    NginxMaps(NginxText out, NginxSite site) {
        this.out = out;
        this.site = site;
        this.policies = site.table().policies();
        this.division = NginxDivision.of(site);
    }

    /** The upstream, or the variable that holds its name. */
    static String pool(NginxSite site) {
        if (site.table().policies().affinity().isPresent()) {
            return "$pool";
        }
        return NginxDivision.of(site).isPresent() ? NginxDivision.POOL : "instances";
    }

    void write() {
        upgrade();
        forwarded();
        servedBy();
        division.ifPresent(d -> d.write(out, site.tls()));
        policies.affinity().ifPresent(affinity -> affinity(affinity.cookie()));
        added();
        quiet();
        limits();
    }

    private void map(String from, String to, String... lines) {
        out.block(
                "map " + from + " " + to,
                map -> {
                    for (String line : lines) {
                        map.line(line);
                    }
                });
    }

    /** Only WebSocket is passed on; other upgrades are hop by hop and end here. */
    private void upgrade() {
        map("$http_upgrade", "$onward_upgrade", "default \"\"", "\"~*^websocket\\z\" websocket");
        map("$onward_upgrade", "$onward_connection", "default \"\"", "websocket upgrade");
        // These last: they wait for no answer within a time.
        map(
                "\"$onward_upgrade|$http_accept\"",
                "$lasting",
                "default \"\"",
                "\"~^websocket\" 1",
                "\"~text/event-stream\" 1");
    }

    private void forwarded() {
        // An absolute request target overrides Host (RFC 9112 section 3.2.2).
        map(
                "$request",
                "$asked_host",
                "default $http_host",
                "\"~^\\\\S+ https?://(?<absolute>[^/?# ]+)\" $absolute");
        map(
                "$http_x_request_id",
                "$onward_request_id",
                "default $http_x_request_id",
                "\"\" $request_id");
        if (policies.trustedProxies().isEmpty()) {
            map("$scheme", "$onward_for", "default $remote_addr");
            map("$scheme", "$onward_proto", "default $scheme");
            map("$scheme", "$onward_host", "default $asked_host");
            map("$scheme", "$onward_port", "default $server_port");
            return;
        }
        policies.trustedProxies().forEach(block -> out.line("set_real_ip_from " + block));
        out.line("real_ip_header X-Forwarded-For");
        out.line("real_ip_recursive on");
        out.block(
                "geo $realip_remote_addr $believed",
                geo -> {
                    geo.line("default 0");
                    policies.trustedProxies().forEach(block -> geo.line(block + " 1"));
                });
        String chain = "\"$http_x_forwarded_for, $realip_remote_addr\"";
        map(
                "\"$believed|$http_x_forwarded_for\"",
                "$onward_for",
                "default $realip_remote_addr",
                "\"~^1\\\\|.\" " + chain);
        believed("$http_x_forwarded_proto", "$onward_proto", "$scheme");
        believed("$http_x_forwarded_host", "$onward_host", "$asked_host");
        believed("$http_x_forwarded_port", "$onward_port", "$server_port");
        for (String name : BELIEVED) {
            believed("$http_" + variable(name), "$believed_" + variable(name), "\"\"");
        }
    }

    private void believed(String from, String to, String otherwise) {
        map("\"$believed|" + from + "\"", to, "default " + otherwise, "\"~^1\\\\|.\" " + from);
    }

    /** The variable with what a trusted proxy says, or nothing. */
    static String believed(NginxSite site, String name) {
        return site.table().policies().trustedProxies().isEmpty()
                ? "\"\""
                : "$believed_" + variable(name);
    }

    private static String variable(String header) {
        return header.toLowerCase(Locale.ROOT).replace('-', '_');
    }

    /** The instance that answered, by the address of the last try. */
    private void servedBy() {
        map(
                "$upstream_addr",
                "$last_address",
                "default $upstream_addr",
                "\"~, (?<last>[^, ]+)\\\\z\" $last");
        var seen = new HashSet<String>();
        out.block(
                "map $last_address $served_by",
                map -> {
                    map.line("default \"\"");
                    for (Target target : site.table().targets()) {
                        String address = Nginx.address(target);
                        if (seen.add(address)) {
                            map.line(quoted(address) + " " + quoted(target.id().value()));
                        }
                    }
                });
        map("$upstream_http_x_instance_id", "$added_instance", "default \"\"", "\"\" $served_by");
    }

    private void affinity(String cookie) {
        map(
                "$http_cookie",
                "$affine",
                "default \"\"",
                "\"~(?:^|; *)" + cookie + "=(?<affine_id>[A-Za-z0-9._-]+)(?:;|\\\\z)\" $affine_id");
        division.ifPresentOrElse(
                this::affinityWithinARelease,
                () ->
                        out.block(
                                "map $affine $pool",
                                map -> {
                                    map.line("default instances");
                                    to("", site.table().targets());
                                }));
        map(
                "\"$affine $served_by\"",
                "$affinity_cookie",
                "default \""
                        + cookie
                        + "=$served_by; Path=/; HttpOnly; SameSite=Lax"
                        + (site.tls() ? "; Secure" : "")
                        + "\"",
                "\"~ \\\\z\" \"\"",
                "\"~^(\\\\S+) \\\\1\\\\z\" \"\"");
    }

    /** The share comes first: an instance of the other release is not gone back to. */
    private void affinityWithinARelease(NginxDivision releases) {
        out.block(
                "map \"" + NginxDivision.POOL + " $affine\" $pool",
                map -> {
                    map.line("default " + NginxDivision.POOL);
                    to(NginxDivision.SHARE + " ", releases.share());
                    to(NginxDivision.REST + " ", releases.rest());
                });
    }

    private void to(String before, List<Target> targets) {
        for (Target target : targets) {
            out.line(quoted(before + target.id().value()) + " " + quoted("to_" + target.id()));
        }
    }

    /** One variable for each field that is added where the instance did not set it. */
    private void added() {
        new TreeMap<>(policies.headers())
                .forEach((name, value) ->
                        map(
                                "$upstream_http_" + variable(name),
                                "$added_" + variable(name),
                                "default \"\"",
                                "\"\" " + literal(value)));
    }

    /** Words of {@code add_header}; a variable that is empty adds nothing. */
    static List<String> addedFields(NginxSite site) {
        var policies = site.table().policies();
        var fields = new ArrayList<String>();
        fields.add("X-Instance-Id $added_instance");
        if (policies.affinity().isPresent()) {
            fields.add("Set-Cookie $affinity_cookie");
        }
        if (NginxDivision.of(site).filter(NginxDivision::givesTickets).isPresent()) {
            fields.add("Set-Cookie $release_cookie");
        }
        new TreeMap<>(policies.headers())
                .keySet()
                .forEach(name -> fields.add(name + " $added_" + variable(name)));
        return fields;
    }

    private void quiet() {
        out.block(
                "map $uri $loud",
                map -> {
                    map.line("default 1");
                    policies.quiet()
                            .forEach(path -> map.line(quoted("~^" + regex(path)) + " \"\""));
                });
        int perAddress = policies.bounds().connectionsPerAddress();
        if (perAddress < policies.bounds().connections()) {
            map("$loud", "$counted_address", "default $binary_remote_addr", "\"\" \"\"");
            out.line("limit_conn_zone $counted_address zone=addresses:10m");
            out.line("limit_conn_status 429");
            out.line("limit_conn addresses " + perAddress);
        }
    }

    private void limits() {
        var limits = policies.limits();
        for (int i = 0; i < limits.size(); i++) {
            RateLimit limit = limits.get(i);
            String key = "$limited_" + i;
            map(
                    "\"$loud$uri\"",
                    key,
                    "default \"\"",
                    quoted("~^1" + regex(limit.path())) + " $binary_remote_addr");
            out.line("limit_req_zone " + key + " zone=limit_" + i + ":10m rate=" + rate(limit));
            out.line(
                    "limit_req zone=limit_"
                            + i
                            + (limit.burst() > 0 ? " burst=" + limit.burst() : "")
                            + " nodelay");
        }
        out.line("limit_req_status 429");
        retryAfter(limits);
    }

    /** In the units nginx has: requests in a second or a minute. */
    private static String rate(RateLimit limit) {
        return switch ((int) limit.period().toSeconds()) {
            case 1 -> limit.requests() + "r/s";
            case 60 -> limit.requests() + "r/m";
            default -> Math.max(1, limit.requests() / 60) + "r/m";
        };
    }

    /** The longest wait for one more request among the limits of a path. */
    private void retryAfter(List<RateLimit> limits) {
        var byWait = new ArrayList<>(limits);
        byWait.sort((a, b) -> Long.compare(wait(b), wait(a)));
        out.block(
                "map $uri $retry_after",
                map -> {
                    map.line("default 1");
                    byWait.forEach(limit ->
                            map.line(quoted("~^" + regex(limit.path())) + " " + wait(limit)));
                });
    }

    private static long wait(RateLimit limit) {
        Duration one = limit.period().dividedBy(Math.max(1, limit.requests()));
        return Math.max(1, one.plusMillis(999).toSeconds());
    }
}
