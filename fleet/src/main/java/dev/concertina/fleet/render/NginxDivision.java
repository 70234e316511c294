package dev.concertina.fleet.render;

import static dev.concertina.fleet.render.NginxText.quoted;

import dev.concertina.contract.Split;
import dev.concertina.contract.Target;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Requests divided between two releases, in nginx's words. {@code $release_pool} names the upstream
 * of the release that a request is meant for, in which the instances of the other one are backups.
 * A client's ticket is hashed together with the name of the release, so that it falls into another
 * part for each; the parts of the share are the first ones, so that nobody goes back as it grows.
 */
final class NginxDivision {
    static final String SHARE = "release_share";
    static final String REST = "release_rest";
    static final String POOL = "$release_pool";

    private final Split split;
    private final List<Target> share;
    private final List<Target> rest;

    private NginxDivision(Split split, List<Target> share, List<Target> rest) {
        this.split = split;
        this.share = share;
        this.rest = rest;
    }

    /** Empty where there is one release only: it takes everything. */
    static Optional<NginxDivision> of(NginxSite site) {
        List<Target> targets = site.table().targets();
        return site.table()
                .split()
                .map(split ->
                        new NginxDivision(
                                split,
                                targets.stream()
                                        .filter(t -> t.release().equals(split.release()))
                                        .toList(),
                                targets.stream()
                                        .filter(t -> !t.release().equals(split.release()))
                                        .toList()))
                .filter(d -> d.takes(d.share) && d.takes(d.rest));
    }

    /** nginx refuses an upstream of backups alone. */
    private boolean takes(List<Target> targets) {
        return targets.stream().anyMatch(target -> !target.backup());
    }

    List<Target> share() {
        return share;
    }

    List<Target> rest() {
        return rest;
    }

    /** Whether clients are known by a cookie that is given to them. */
    boolean givesTickets() {
        return split.by() == Split.By.COOKIE;
    }

    void write(NginxText out, boolean tls) {
        String salt = " " + split.release();
        switch (split.by()) {
            case REQUEST -> parts(out, "$request_id", POOL);
            case COOKIE -> {
                String name = split.name().replace(".", "\\.");
                String begin = "~(?:^|; *)" + name + "=";
                String end = "[0-9a-f]{32})(?:;|\\z)";
                out.block(
                        "map $http_cookie $release_ticket",
                        map -> {
                            map.line("default $request_id");
                            map.line(quoted(begin + "(?<ticket>" + end) + " $ticket");
                        });
                out.block(
                        "map $http_cookie $release_cookie",
                        map -> {
                            map.line(
                                    "default \""
                                            + split.name()
                                            + "=$release_ticket; Path=/; HttpOnly; SameSite=Lax"
                                            + (tls ? "; Secure" : "")
                                            + "\"");
                            map.line(quoted(begin + "(?:" + end) + " \"\"");
                        });
                parts(out, "$release_ticket" + salt, POOL);
            }
            case HEADER -> {
                String field = "$http_" + split.name().toLowerCase(Locale.ROOT).replace('-', '_');
                parts(out, field + salt, "$release_part");
                out.block(
                        "map " + field + " " + POOL,
                        map -> {
                            map.line("default $release_part");
                            map.line("\"\" " + REST);
                        });
            }
        }
    }

    private void parts(NginxText out, String of, String to) {
        out.block(
                "split_clients " + quoted(of) + " " + to,
                parts -> {
                    parts.line(split.percent() + "% " + SHARE);
                    parts.line("* " + REST);
                });
    }
}
