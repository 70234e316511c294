package dev.concertina.fleet.render;

import static dev.concertina.fleet.render.NginxText.literal;
import static dev.concertina.fleet.render.NginxText.quoted;
import static dev.concertina.fleet.render.NginxText.time;

import dev.concertina.contract.Policies;
import dev.concertina.contract.Target;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A routing table as an nginx.conf. Pure: the same site gives the same text. What nginx has no word
 * for is left out; {@link NginxLosses} says what that is.
 */
public final class Nginx {
    /**
     * How long a worker passes an instance over after {@link #FAILS_MAX} failures. As long as the
     * fleet takes to take a dead instance out of the table, and no longer: with the usual 30 s,
     * restarts in quick succession took every instance out at once (51 % of requests failed).
     */
    private static final String FAIL_TIMEOUT = "1s";

    private static final int FAILS_MAX = 3;
    private static final int TRIES_MAX = 3;
    private static final int IDLE_PER_WORKER = 64;

    private static final String CIPHERS =
            "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
                    + "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
                    + "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

    private final NginxSite site;
    private final Policies policies;
    private final NginxText out = new NginxText();

    private Nginx(NginxSite site) {
        this.site = site;
        this.policies = site.table().policies();
    }

    public static String conf(NginxSite site) {
        return new Nginx(site).conf();
    }

    private String conf() {
        out.comment(
                "Written by Concertina for table " + site.table().version() + ". It is replaced.");
        out.line("daemon off");
        site.user().ifPresent(user -> out.line("user " + user));
        out.line("pid nginx.pid");
        out.line("error_log stderr warn");
        out.line("worker_processes auto");
        out.block("events", events -> events.line("worker_connections " + connections()));
        out.block("http", http -> http());
        return out.toString();
    }

    private int connections() {
        return Math.max(1024, policies.bounds().connections());
    }

    private void http() {
        out.line("default_type application/octet-stream");
        MediaTypes.write(out);
        out.line("server_tokens off");
        out.line("absolute_redirect off");
        out.line("sendfile on");
        out.line("tcp_nopush on");
        out.line("map_hash_max_size 8192");
        out.line("map_hash_bucket_size 256");
        out.line("variables_hash_max_size 4096");
        for (String kind : List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) {
            out.line(kind + "_temp_path temp/" + kind);
        }
        out.block("geo $dollar", geo -> geo.line("default \"$\""));
        bounds();
        forwarding();
        new NginxMaps(out, site).write();
        compression();
        logs();
        upstreams();
        if (site.tls()) {
            tls();
        }
        NginxServers.write(out, site);
    }

    private void bounds() {
        var timeouts = policies.timeouts();
        var bounds = policies.bounds();
        out.line("client_header_timeout " + time(timeouts.head()));
        out.line("client_body_timeout " + time(timeouts.body()));
        out.line("send_timeout " + time(timeouts.send()));
        out.line("keepalive_timeout " + time(timeouts.keepAlive()));
        out.line("keepalive_requests 1000000");
        // Two, so that a pipelined request finds one; together they are the bound.
        out.line("large_client_header_buffers 2 " + bounds.headBytes() / 2);
        out.line("client_max_body_size " + bounds.bodyBytes().orElse(0));
    }

    /** Inherited by every location that passes requests on. */
    private void forwarding() {
        var timeouts = policies.timeouts();
        out.line("proxy_http_version 1.1");
        out.line("proxy_buffering off");
        out.line("proxy_request_buffering off");
        out.line("proxy_buffer_size 32k");
        out.line("proxy_buffers 8 16k");
        out.line("proxy_busy_buffers_size 64k");
        out.line("proxy_connect_timeout " + time(timeouts.connect()));
        out.line("proxy_read_timeout " + time(timeouts.response()));
        out.line("proxy_send_timeout " + time(timeouts.response()));
        out.line("proxy_next_upstream error timeout");
        out.line("proxy_next_upstream_tries " + TRIES_MAX);
        out.line("proxy_redirect off");
        out.line("proxy_pass_header Server");
        out.line("proxy_pass_header Date");
        out.line(
                "proxy_ignore_headers X-Accel-Redirect X-Accel-Expires X-Accel-Limit-Rate"
                        + " X-Accel-Buffering X-Accel-Charset");
        out.line("proxy_set_header Host $asked_host");
        out.line("proxy_set_header Connection $onward_connection");
        out.line("proxy_set_header Upgrade $onward_upgrade");
        out.line("proxy_set_header X-Request-Id $onward_request_id");
        out.line("proxy_set_header X-Forwarded-For $onward_for");
        out.line("proxy_set_header X-Forwarded-Proto $onward_proto");
        out.line("proxy_set_header X-Forwarded-Host $onward_host");
        out.line("proxy_set_header X-Forwarded-Port $onward_port");
        for (String name : NginxMaps.BELIEVED) {
            out.line("proxy_set_header " + name + " " + NginxMaps.believed(site, name));
        }
        for (String name : List.of("Proxy", "Proxy-Connection", "Keep-Alive", "TE", "Trailer")) {
            out.line("proxy_set_header " + name + " \"\"");
        }
        addedHeaders();
    }

    private void addedHeaders() {
        NginxMaps.addedFields(site).forEach(field -> out.line("add_header " + field + " always"));
    }

    private void compression() {
        var compression = policies.compression();
        if (!compression.encodings().contains("gzip")) {
            return;
        }
        out.line("gzip on");
        out.line("gzip_vary on");
        out.line("gzip_proxied any");
        out.line("gzip_min_length " + compression.minBytes());
        out.line("gzip_types " + String.join(" ", MediaTypes.expanded(compression.types())));
    }

    private void logs() {
        out.line(
                "log_format requests '$upstream_addr|$upstream_status|$upstream_header_time"
                        + "|$upstream_response_time|$status|$lasting'");
        out.line("access_log " + NginxSite.REQUESTS + " requests buffer=32k flush=500ms");
        policies.accessLog()
                .ifPresent(path -> {
                    out.line(
                            "log_format json escape=json '{\"time\":\"$time_iso8601\","
                                    + "\"id\":\"$onward_request_id\",\"client\":\"$remote_addr\","
                                    + "\"method\":\"$request_method\",\"target\":\"$request_uri\","
                                    + "\"protocol\":\"$server_protocol\",\"status\":$status,"
                                    + "\"bytes\":$body_bytes_sent,\"duration\":$request_time,"
                                    + "\"upstream\":\"$upstream_response_time\","
                                    + "\"instance\":\"$served_by\",\"tls\":\"$ssl_protocol\"}'");
                    out.line("access_log " + literal(path) + " json if=$loud");
                });
    }

    private void upstreams() {
        var targets = site.table().targets();
        if (targets.isEmpty()) {
            return;
        }
        upstream("instances", targets, List.of());
        NginxDivision.of(site)
                .ifPresent(releases -> {
                    upstream(NginxDivision.SHARE, releases.share(), releases.rest());
                    upstream(NginxDivision.REST, releases.rest(), releases.share());
                });
        if (policies.affinity().isEmpty()) {
            return;
        }
        for (Target chosen : targets) {
            out.block(
                    "upstream " + quoted("to_" + chosen.id()),
                    upstream -> {
                        upstream.line("zone " + quoted("to_" + chosen.id()) + " 256k");
                        server(chosen, false);
                        targets.stream()
                                .filter(other -> !other.equals(chosen))
                                .forEach(other -> server(other, true));
                        keepAlive();
                    });
        }
    }

    /**
     * @param others take what these cannot
     */
    private void upstream(String name, List<Target> targets, List<Target> others) {
        out.block(
                "upstream " + name,
                upstream -> {
                    upstream.line("zone " + name + " 1m");
                    balance(!others.isEmpty() || targets.stream().anyMatch(Target::backup));
                    targets.forEach(target -> server(target, target.backup()));
                    others.forEach(target -> server(target, true));
                    keepAlive();
                });
    }

    private void balance(boolean backups) {
        switch (site.table().balance()) {
            case ROUND_ROBIN -> {}
            case LEAST_CONNECTIONS -> out.line("least_conn");
            // nginx knows no backups beside a random choice.
            case RANDOM_TWO -> out.line(backups ? "least_conn" : "random two least_conn");
        }
    }

    private void server(Target target, boolean backup) {
        out.line(
                "server "
                        + address(target)
                        + (target.weight() == 1 ? "" : " weight=" + target.weight())
                        + " max_fails="
                        + FAILS_MAX
                        + " fail_timeout="
                        + FAIL_TIMEOUT
                        + (backup ? " backup" : ""));
    }

    static String address(Target target) {
        String host = target.host();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + target.port();
    }

    private void keepAlive() {
        out.line("keepalive " + IDLE_PER_WORKER);
        out.line("keepalive_requests 1000000");
        out.line("keepalive_timeout " + time(policies.timeouts().idleUpstream()));
    }

    private void tls() {
        out.line("ssl_protocols TLSv1.2 TLSv1.3");
        out.line("ssl_ciphers " + CIPHERS);
        out.line("ssl_prefer_server_ciphers off");
        out.line("ssl_session_cache shared:tls:10m");
        out.line("ssl_session_timeout 1h");
    }

    /** Suffixes and media types of static files, and what a kind of types stands for. */
    private static final class MediaTypes {
        private static final Map<String, String> BY_TYPE =
                new TreeMap<>(
                        Map.ofEntries(
                                Map.entry("text/html", "html htm"),
                                Map.entry("text/css", "css"),
                                Map.entry("text/plain", "txt log"),
                                Map.entry("text/csv", "csv"),
                                Map.entry("text/markdown", "md"),
                                Map.entry("text/xml", "xml"),
                                Map.entry("text/javascript", "js mjs"),
                                Map.entry("text/calendar", "ics"),
                                Map.entry("text/vtt", "vtt"),
                                Map.entry("application/json", "json map"),
                                Map.entry("application/manifest+json", "webmanifest"),
                                Map.entry("application/wasm", "wasm"),
                                Map.entry("application/pdf", "pdf"),
                                Map.entry("application/zip", "zip"),
                                Map.entry("application/gzip", "gz"),
                                Map.entry("application/xhtml+xml", "xhtml"),
                                Map.entry("image/svg+xml", "svg svgz"),
                                Map.entry("image/png", "png"),
                                Map.entry("image/jpeg", "jpg jpeg"),
                                Map.entry("image/gif", "gif"),
                                Map.entry("image/webp", "webp"),
                                Map.entry("image/avif", "avif"),
                                Map.entry("image/x-icon", "ico"),
                                Map.entry("font/woff", "woff"),
                                Map.entry("font/woff2", "woff2"),
                                Map.entry("font/ttf", "ttf"),
                                Map.entry("audio/mpeg", "mp3"),
                                Map.entry("video/mp4", "mp4"),
                                Map.entry("video/webm", "webm")));

        static void write(NginxText out) {
            out.block(
                    "types",
                    types -> BY_TYPE.forEach((type, ends) -> types.line(type + " " + ends)));
        }

        /** nginx knows no kinds, and has text/html in every list already. */
        static List<String> expanded(List<String> types) {
            return types.stream()
                    .flatMap(type ->
                            type.endsWith("/")
                                    ? BY_TYPE.keySet().stream().filter(t -> t.startsWith(type))
                                    : List.of(type).stream())
                    .filter(type -> !type.equals("text/html"))
                    .distinct()
                    .toList();
        }
    }
}
