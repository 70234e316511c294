package dev.concertina.fleet.render;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.contract.Balance;
import dev.concertina.contract.InstanceId;
import dev.concertina.contract.Policies;
import dev.concertina.contract.RoutingTable;
import dev.concertina.contract.Split;
import dev.concertina.contract.Target;
import dev.concertina.fleet.manifest.Manifest;
import dev.concertina.fleet.manifest.ManifestReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The files in src/test/resources/nginx are what is rendered, letter by letter. */
class NginxTest {
    private static final int V1_22 = 1_022_001;
    private static final int V1_28 = 1_028_000;

    private static final Manifest EVERYTHING =
            ManifestReader.read(
                            Path.of("/m/c.yaml"),
                            """
                            app: { jar: a.jar, health: { ready: /health/ready } }
                            gateway:
                              engine: nginx
                              tls:
                                certificate: /tls/a.pem
                                key: /tls/a.key
                                more: [ { certificate: /tls/b.pem, key: /tls/b.key } ]
                                redirect: 8080
                                hsts: 180d
                              trusted-proxies: [ 10.0.0.0/8 ]
                              affinity: true
                              limits: [ { path: /api/**, rate: 10/s, burst: 20 }, { path: /up/*, rate: 2/m, burst: 0 } ]
                              bounds: { body-size: 100Mi, connections-per-address: 100 }
                              paths: [ { path: /reports/**, response: 5m }, { path: /up/**, body-size: 1Gi } ]
                              static: [ { path: /assets/, folder: /srv/a, cache: 1h }, { path: /, folder: "/srv/$b", fall-through: true } ]
                              compression: true
                              headers: { X-Note: 'a "b" $c' }
                              access-log: /log/access.log
                            """)
                    .orThrow();

    @Test
    void theDefaults() throws IOException {
        assertThat(Nginx.conf(plain(V1_22, Policies.defaults(), app(1, 4001), app(2, 4002))))
                .isEqualTo(golden("defaults.conf"));
    }

    @Test
    void everything() throws IOException {
        assertThat(Nginx.conf(encrypted(V1_22))).isEqualTo(golden("everything.conf"));
    }

    @Test
    void withoutATargetEveryRequestIsRefusedForNow() {
        assertThat(Nginx.conf(plain(V1_22, Policies.defaults())))
                .contains("add_header Retry-After 1 always;\n            return 503;")
                .doesNotContain("upstream instances");
    }

    @Test
    void aLaterNginxIsToldOfHttp2InItsOwnWord() {
        assertThat(Nginx.conf(encrypted(V1_28)))
                .contains("listen 127.0.0.1:8443 default_server backlog=4096 ssl;")
                .contains("http2 on;");
    }

    @Test
    void theOrderOfAMapDoesNotShow() {
        assertThat(Nginx.conf(encrypted(V1_22))).isEqualTo(Nginx.conf(encrypted(V1_22)));
    }

    @Test
    void backupsAndARandomChoiceExcludeEachOther() {
        Target backup = new Target(new InstanceId("app-2"), "127.0.0.1", 4002, "r1", 5, true);
        RoutingTable table = new RoutingTable(1, Balance.RANDOM_TWO, List.of(app(1, 4001), backup));
        assertThat(Nginx.conf(site(V1_22, table, List.of())))
                .contains("least_conn;")
                .contains("weight=5")
                .contains(" backup;")
                .doesNotContain("random");
    }

    @Test
    void twoReleasesShareTheRequestsAndStandInForEachOther() {
        Target fresh = new Target(new InstanceId("app-2"), "127.0.0.1", 4002, "r2");
        var split = new Split("r2", 7, Split.By.COOKIE, "my.release");
        var table =
                new RoutingTable(
                        7,
                        Balance.LEAST_CONNECTIONS,
                        List.of(app(1, 4001), fresh),
                        Policies.defaults(),
                        Optional.of(split));
        String conf = Nginx.conf(site(V1_22, table, List.of()));
        assertThat(conf)
                .contains(
                        "split_clients \"$release_ticket r2\" $release_pool {\n        7% release_share;\n        * release_rest;")
                .contains(
                        "\"~(?:^|; *)my\\\\.release=(?<ticket>[0-9a-f]{32})(?:;|\\\\z)\" $ticket;")
                .contains("add_header Set-Cookie $release_cookie always;")
                .contains("proxy_pass http://$release_pool;")
                .containsPattern(
                        "upstream release_share \\{[^}]*server 127.0.0.1:4002 [^;]*s;"
                                + "\\s+server 127.0.0.1:4001 [^;]* backup;");
        // One release has everything, whatever its share.
        var alone =
                new RoutingTable(
                        7,
                        Balance.LEAST_CONNECTIONS,
                        List.of(app(1, 4001)),
                        Policies.defaults(),
                        Optional.of(split));
        assertThat(Nginx.conf(site(V1_22, alone, List.of())))
                .contains("proxy_pass http://instances;")
                .doesNotContain("release_");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/api/**|/api|true",
                "/api/**|/api/|true",
                "/api/**|/api/a/b|true",
                "/api/**|/apis|false",
                "/api/**|/api;a=b/c|true",
                "/api|/api/|true",
                "/api|/api/a|false",
                "/a/*|/a/b|true",
                "/a/*|/a/b/c|false",
                "/a/x*z|/a/x1z|true",
                "/a/x*z|/a/x1|false",
                "/a.b|/aXb|false",
                "/|/|true",
                "/|/a|false",
                "/**|/|true",
                "/**|/a/b|true",
            })
    void aPatternMatchesWhatItSays(String pattern, String path, boolean matches) {
        String regex = "^" + NginxText.regex(pattern);
        assertThat(Pattern.compile(regex).matcher(path).find()).isEqualTo(matches);
    }

    @Test
    void aLineBreakInAPathDoesNotLeadAroundARule() {
        assertThat(Pattern.compile("^" + NginxText.regex("/api")).matcher("/api\n").find())
                .isFalse();
        assertThat(Pattern.compile("^" + NginxText.regex("/api/**")).matcher("/api/\n").find())
                .isTrue();
    }

    private static NginxSite plain(int version, Policies policies, Target... targets) {
        RoutingTable table =
                new RoutingTable(7, Balance.LEAST_CONNECTIONS, List.of(targets), policies);
        return site(version, table, List.of());
    }

    private static NginxSite encrypted(int version) {
        RoutingTable table =
                new RoutingTable(
                        7,
                        Balance.RANDOM_TWO,
                        List.of(app(1, 4001), app(2, 4002)),
                        EVERYTHING.policies());
        return site(
                version,
                table,
                List.of(
                        certificate("a", "a.example", "*.a.example"),
                        certificate("b", "b.example")));
    }

    private static NginxSite.Certificate certificate(String name, String... hosts) {
        return new NginxSite.Certificate(
                Path.of("/tls/" + name + ".pem"), Path.of("/tls/" + name + ".key"), List.of(hosts));
    }

    private static NginxSite site(
            int version, RoutingTable table, List<NginxSite.Certificate> certificates) {
        return new NginxSite(
                version,
                Optional.of("root").filter(_ -> !certificates.isEmpty()),
                new Manifest.Address("127.0.0.1", certificates.isEmpty() ? 8080 : 8443),
                true,
                certificates,
                EVERYTHING.gateway().tls().flatMap(Manifest.Tls::redirect),
                Path.of("/s/nginx"),
                Path.of("/s/nginx.sock"),
                table.version() + ".1",
                table);
    }

    private static Target app(int number, int port) {
        return new Target(new InstanceId("app-" + number), "127.0.0.1", port, "r1");
    }

    private static String golden(String name) throws IOException {
        try (InputStream in = NginxTest.class.getResourceAsStream("/nginx/" + name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), UTF_8);
        }
    }
}
