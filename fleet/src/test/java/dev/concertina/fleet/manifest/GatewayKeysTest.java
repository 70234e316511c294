package dev.concertina.fleet.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.contract.Balance;
import dev.concertina.contract.Policies;
import dev.concertina.contract.RoutingTable;
import dev.concertina.fleet.wire.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Every key of the gateway, what it becomes, and that it is written back. */
class GatewayKeysTest {
    private static final Path FILE = Path.of("/m/c.yaml");

    static final String EVERYTHING =
            """
            app: { jar: a.jar, health: { ready: "/up?deep=1", live: /alive } }
            gateway:
              listen: 8443
              balance: random-two
              http2: false
              tls:
                certificate: tls/chain.pem
                key: tls/key.pem
                more: [ { certificate: /etc/b.pem, key: /etc/b.key } ]
                redirect: 8080
                hsts: 180d
              trusted-proxies: [ 10.0.0.0/8, "fd00::/8", 127.0.0.1 ]
              affinity: { cookie: node }
              limits: [ { path: /api/**, rate: 10/s, burst: 20 }, { path: /uploads/*, rate: 2/m } ]
              timeouts: { connect: 1s, response: 2s, head: 3s, body: 4s, send: 5s, keep-alive: 6s, hold: 7s, idle-upstream: 8s }
              bounds: { head-size: 8Ki, head-fields: 50, body-size: 100Mi, connections: 1000, connections-per-address: 100, held: 10 }
              paths: [ { path: /reports/**, response: 5m }, { path: /uploads/**, body-size: 1Gi } ]
              static: [ { path: /assets/, folder: public, cache: 2h, fall-through: true }, { path: /, folder: /srv, cache: off } ]
              compression: { encodings: [br, gzip], types: [text/], min-size: 2Ki }
              security-headers: true
              headers: { X-Frame-Options: DENY, referrer-policy: 'no-referrer', X-Note: 'a "b" $c' }
              access-log: logs/a.log
              slow-start: 10s
              metrics: 9180
            """;

    @Test
    void everyKeyIsMapped() {
        var gateway = read(EVERYTHING).gateway();
        assertThat(gateway.host() + ":" + gateway.port()).isEqualTo("0.0.0.0:8443");
        assertThat(gateway.balance()).isEqualTo(Balance.RANDOM_TWO);
        assertThat(gateway.http2()).isFalse();
        assertThat(gateway.metrics()).contains(new Manifest.Address("127.0.0.1", 9180));
        assertThat(gateway.tls())
                .contains(
                        new Manifest.Tls(
                                List.of(
                                        new Manifest.Certificate(
                                                Path.of("/m/tls/chain.pem"),
                                                Path.of("/m/tls/key.pem")),
                                        new Manifest.Certificate(
                                                Path.of("/etc/b.pem"), Path.of("/etc/b.key"))),
                                Optional.of(new Manifest.Address("0.0.0.0", 8080)),
                                Optional.of(Duration.ofDays(180))));
    }

    @Test
    void everyPolicyIsMapped() {
        assertThat(read(EVERYTHING).policies())
                .isEqualTo(
                        new Policies(
                                new Policies.Timeouts(
                                        s(1), s(2), s(3), s(4), s(5), s(6), s(7), s(8)),
                                new Policies.Bounds(
                                        8192, 50, OptionalLong.of(100L << 20), 1000, 100, 10),
                                List.of(
                                        new Policies.RateLimit("/api/**", 10, s(1), 20),
                                        new Policies.RateLimit("/uploads/*", 2, s(60), 2)),
                                List.of(
                                        new Policies.PathRule(
                                                "/reports/**",
                                                Optional.of(s(300)),
                                                OptionalLong.empty()),
                                        new Policies.PathRule(
                                                "/uploads/**",
                                                Optional.empty(),
                                                OptionalLong.of(1L << 30))),
                                List.of(
                                        new Policies.StaticFolder(
                                                "/assets/", "/m/public", s(7200), true),
                                        new Policies.StaticFolder("/", "/srv", s(0), false)),
                                new Policies.Compression(
                                        List.of("br", "gzip"), List.of("text/"), 2048),
                                Map.of(
                                        "X-Content-Type-Options", "nosniff",
                                        "X-Frame-Options", "DENY",
                                        "referrer-policy", "no-referrer",
                                        "Strict-Transport-Security", "max-age=15552000",
                                        "X-Note", "a \"b\" $c"),
                                Optional.of(new Policies.Affinity("node")),
                                new Policies.SlowStart(s(10)),
                                List.of("10.0.0.0/8", "fd00::/8", "127.0.0.1"),
                                List.of("/up", "/alive"),
                                Optional.of("/m/logs/a.log")));
    }

    private static Duration s(int seconds) {
        return Duration.ofSeconds(seconds);
    }

    @Test
    void everyDefault() {
        var m = read("app: { jar: a.jar }");
        var gateway = m.gateway();
        assertThat(gateway)
                .isEqualTo(
                        new Manifest.Listener(
                                "127.0.0.1",
                                8080,
                                Manifest.Engine.EMBEDDED,
                                Balance.LEAST_CONNECTIONS));
        assertThat(gateway.written()).isEqualTo(Policies.defaults());
        assertThat(m.policies().headers())
                .isEqualTo(
                        Map.of(
                                "X-Content-Type-Options", "nosniff",
                                "X-Frame-Options", "SAMEORIGIN",
                                "Referrer-Policy", "strict-origin-when-cross-origin"));
        assertThat(m.policies().quiet())
                .containsExactly("/health", "/health/ready", "/health/live");
    }

    @Test
    void shortFormsStandForTheirDefaults() {
        var gateway =
                read("""
                app: { jar: a.jar }
                gateway: { affinity: true, compression: true, access-log: true, security-headers: false, tls: off, slow-start: off, metrics: off }
                """)
                        .gateway();
        var policies = gateway.written();
        assertThat(policies.affinity()).contains(new Policies.Affinity("concertina"));
        assertThat(policies.compression().encodings()).containsExactly("zstd", "br", "gzip");
        assertThat(policies.compression().types()).contains("text/", "application/json");
        assertThat(policies.accessLog()).contains("/m/.concertina/logs/access.log");
        assertThat(policies.slowStart().longest()).isZero();
        assertThat(gateway.tls()).isEmpty();
        assertThat(gateway.metrics()).isEmpty();
    }

    @Test
    void nginxHasTheDefaultsThatItCanHonour() {
        var m = read("app: { jar: a.jar }\ngateway: { engine: nginx, compression: true }");
        assertThat(m.gateway().engine()).isEqualTo(Manifest.Engine.NGINX);
        assertThat(m.policies().compression().encodings()).containsExactly("gzip");
        assertThat(m.policies().slowStart().longest()).isZero();
    }

    @Test
    void whatIsWrittenReadsBackEqual() {
        for (String yaml :
                List.of(
                        EVERYTHING,
                        "app: { jar: a.jar }\ngateway: { affinity: true, compression: true, access-log: true }",
                        "app: { jar: a.jar }\ngateway: { security-headers: false, bounds: { body-size: 0B } }",
                        "app: { jar: a.jar }\ngateway: { engine: nginx, compression: true, limits: [ { path: /, rate: 120/h, burst: 0 } ] }")) {
            var m = read(yaml);
            assertThat(read(ManifestWriter.write(m))).isEqualTo(m);
        }
    }

    @Test
    void everyPolicyTravelsInTheTable() {
        var table =
                new RoutingTable(3, Balance.ROUND_ROBIN, List.of(), read(EVERYTHING).policies());
        assertThat(Json.read(Json.write(table), RoutingTable.class)).isEqualTo(table);
    }

    @Test
    void aTableWrittenBeforeThereWerePoliciesIsStillRead() {
        var table =
                Json.read(
                        "{\"version\":7,\"balance\":\"ROUND_ROBIN\",\"targets\":[]}",
                        RoutingTable.class);
        assertThat(table).isEqualTo(new RoutingTable(7, Balance.ROUND_ROBIN, List.of()));
    }

    private static Manifest read(String yaml) {
        return ManifestReader.read(FILE, yaml).orThrow();
    }
}
