package dev.concertina.fleet.render;

import static dev.concertina.fleet.render.NginxText.literal;
import static dev.concertina.fleet.render.NginxText.quoted;
import static dev.concertina.fleet.render.NginxText.regex;
import static dev.concertina.fleet.render.NginxText.time;

import dev.concertina.contract.Policies;
import dev.concertina.contract.Policies.PathRule;
import dev.concertina.contract.Policies.StaticFolder;
import dev.concertina.fleet.manifest.Manifest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** The servers: one for each certificate, one that redirects, one for the fleet. */
final class NginxServers {
    private static final int BACKLOG = 4096;
    private static final int HTTPS = 443;

    /** Not of HTTP; it leads a request to the location for lasting ones. */
    private static final int LASTING = 418;

    /** nginx's own number for a head that is too large (ngx_http_request.h). */
    private static final int HEAD_TOO_LARGE = 494;

    /** Never answered; naming it keeps a location from inheriting the others. */
    private static final int UNUSED = 599;

    private final NginxText out;
    private final NginxSite site;
    private final Policies policies;

    private NginxServers(NginxText out, NginxSite site) {
        this.out = out;
        this.site = site;
        this.policies = site.table().policies();
    }

    static void write(NginxText out, NginxSite site) {
        new NginxServers(out, site).write();
    }

    private void write() {
        fleet();
        if (site.tls()) {
            for (int i = 0; i < site.certificates().size(); i++) {
                var certificate = site.certificates().get(i);
                boolean first = i == 0;
                out.block("server", server -> server(Optional.of(certificate), first));
            }
            site.redirect().ifPresent(this::redirect);
        } else {
            out.block("server", server -> server(Optional.empty(), true));
        }
    }

    private void fleet() {
        out.block(
                "server",
                server -> {
                    server.line("listen " + quoted("unix:" + site.socket()));
                    server.line("access_log off");
                    server.line("default_type text/plain");
                    server.block(
                            "location = " + NginxSite.GENERATION,
                            location -> location.line("return 200 " + quoted(site.generation())));
                    server.block(
                            "location = " + NginxSite.LOAD,
                            location -> location.line("stub_status"));
                });
    }

    private void server(Optional<NginxSite.Certificate> certificate, boolean first) {
        boolean directive = site.version() >= NginxSite.HTTP2_DIRECTIVE;
        String protocols =
                certificate.isEmpty() ? "" : site.http2() && !directive ? " ssl http2" : " ssl";
        String address = site.listen().toString();
        out.line(
                "listen "
                        + address
                        + (first ? " default_server backlog=" + BACKLOG : "")
                        + protocols);
        if (directive) {
            out.line("http2 " + (site.http2() ? "on" : "off"));
        }
        certificate.ifPresent(c -> {
            if (!first && !c.names().isEmpty()) {
                out.line("server_name " + String.join(" ", c.names()));
            }
            out.line("ssl_certificate " + literal(c.certificate().toString()));
            out.line("ssl_certificate_key " + literal(c.key().toString()));
        });
        answers();
        folders().forEach(this::folder);
        var seen = new HashSet<String>();
        for (PathRule rule : policies.rules()) {
            if (seen.add(regex(rule.path()))) {
                out.block(
                        "location ~ " + quoted("^" + regex(rule.path())),
                        location -> {
                            rule.response()
                                    .ifPresent(t -> out.line("proxy_read_timeout " + time(t)));
                            rule.bodyBytes().ifPresent(n -> out.line("client_max_body_size " + n));
                            pass();
                        });
            }
        }
        if (folders().stream().noneMatch(folder -> folder.path().equals("/"))) {
            out.block("location /", location -> pass());
        }
        out.block("location @instances", location -> pass());
        lasting();
    }

    /** Answers of nginx itself, where its own number is not the right one. */
    private void answers() {
        out.line("error_page " + LASTING + " = @lasting");
        out.line("error_page " + HEAD_TOO_LARGE + " = @head_too_large");
        out.line("error_page 429 = @too_many");
        // A redirection may follow another; whoever gives the answer ends the chain.
        out.line("recursive_error_pages on");
        out.block("location @head_too_large", location -> last(431, ""));
        out.block("location @too_many", location -> last(429, "$retry_after"));
    }

    private void last(int status, String retryAfter) {
        out.line("error_page " + UNUSED + " /");
        addedHeaders();
        if (!retryAfter.isEmpty()) {
            out.line("add_header Retry-After " + retryAfter + " always");
        }
        out.line("return " + status);
    }

    /** A location with a field of its own inherits none. */
    private void addedHeaders() {
        NginxMaps.addedFields(site).forEach(field -> out.line("add_header " + field + " always"));
    }

    /** An earlier one holds, so one below it is never asked. */
    private List<StaticFolder> folders() {
        var folders = new ArrayList<StaticFolder>();
        for (StaticFolder folder : policies.folders()) {
            if (folders.stream().noneMatch(f -> folder.path().startsWith(f.path()))) {
                folders.add(folder);
            }
        }
        return folders;
    }

    private void folder(StaticFolder folder) {
        String root = folder.folder().endsWith("/") ? folder.folder() : folder.folder() + "/";
        long seconds = folder.cache().toSeconds();
        // ^~ keeps the expressions of path rules from being asked.
        String head =
                folder.path().equals("/") ? "location /" : "location ^~ " + quoted(folder.path());
        out.block(
                head,
                location -> {
                    location.line("alias " + literal(root));
                    location.line(
                            "try_files $uri " + (folder.fallThrough() ? "@instances" : "=404"));
                    addedHeaders();
                    location.line(
                            "add_header Cache-Control "
                                    + (seconds == 0 ? "no-cache" : "max-age=" + seconds));
                });
    }

    private void pass() {
        if (site.table().targets().isEmpty()) {
            last(503, "1");
            return;
        }
        out.block("if ($lasting)", then -> then.line("return " + LASTING));
        proxy();
    }

    private void proxy() {
        out.line("proxy_pass http://" + NginxMaps.pool(site));
    }

    /** WebSockets and event streams: nobody waits for their end within a time. */
    private void lasting() {
        out.block(
                "location @lasting",
                location -> {
                    if (site.table().targets().isEmpty()) {
                        pass();
                        return;
                    }
                    location.line("proxy_read_timeout 24h");
                    location.line("proxy_send_timeout 24h");
                    proxy();
                });
    }

    private void redirect(Manifest.Address address) {
        String port = site.listen().port() == HTTPS ? "" : ":" + site.listen().port();
        out.block(
                "server",
                server -> {
                    server.line("listen " + address + " default_server backlog=" + BACKLOG);
                    server.line("return 308 https://$host" + port + "$request_uri");
                });
    }
}
