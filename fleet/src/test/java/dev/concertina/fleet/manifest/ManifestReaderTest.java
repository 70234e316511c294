package dev.concertina.fleet.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.contract.Balance;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestReaderTest {
    @TempDir Path folder;

    static final String EVERYTHING =
            """
            app:
              name: registry
              jar: target/registry.jar
              java: /opt/jdk/bin/java
              jvm: [-Xmx256m, "-Da=b c"]
              arguments: --spring.profiles.active=prod
              env:
                SPRING_PROFILES_ACTIVE: prod
                SECRET: "${secret:signing}"
                MULTI: "a: b # c\\n\\"quoted\\" 'single' \\\\ \\t é 🎹"
                EMPTY: ''
                YES: yes
                NUMBER: 010
              health: { ready: /health/ready, live: /health/live, every: 500ms, timeout: 1s, rise: 1, fall: 5, start-within: 1m30s }
              drain: 15s
              memory: { restart-above: 500Mi }
            instances: { min: 2, max: 6 }
            services:
              redis: embedded
              postgres: { url: "postgresql://db.example:5432/app?sslmode=require", user: app, password: "${env:DB_PASSWORD}" }
            gateway: { listen: 8080, engine: embedded, balance: round-robin }
            rollout: { strategy: rolling, surge: 2, watch: 10s }
            verify:
              journeys:
                - name: account
                  kind: session
                  steps:
                    - get: /login
                      capture: { csrf: 'name="_csrf"[^>]*value="([^"]+)"' }
                    - post: /login
                      form: { username: "u-${unique}", _csrf: "${csrf}" }
                      expect: 302
                    - get: /account
                      repeat: true
                      headers: { Accept: text/html }
                      expect: 200
                      contains: "u-${unique}"
                - name: home
                  steps: [ { get: / }, { post: /api, body: '{"a": 1}', contains: [ok, '"b"'] } ]
              load: { rate: 80/s, duration: 20s }
            """;

    @Test
    void everyKeyIsMapped() {
        var m = read(EVERYTHING);
        var app = m.app();
        assertThat(app.name()).isEqualTo("registry");
        assertThat(app.program())
                .isEqualTo(
                        new Manifest.Program.Jar(
                                folder.resolve("target/registry.jar"),
                                List.of("-Xmx256m", "-Da=b c"),
                                List.of("--spring.profiles.active=prod")));
        assertThat(app.java()).contains(Path.of("/opt/jdk/bin/java"));
        assertThat(app.env())
                .containsEntry("SPRING_PROFILES_ACTIVE", "prod")
                .containsEntry("SECRET", "${secret:signing}")
                .containsEntry("EMPTY", "")
                .containsEntry("YES", "yes")
                .containsEntry("NUMBER", "010");
        assertThat(app.health())
                .isEqualTo(
                        new Manifest.Health(
                                Optional.of("/health/ready"),
                                Optional.of("/health/live"),
                                Duration.ofMillis(500),
                                Duration.ofSeconds(1),
                                1,
                                5,
                                Duration.ofSeconds(90)));
        assertThat(app.drain()).isEqualTo(Duration.ofSeconds(15));
        assertThat(app.memory().restartAbove()).hasValue(500L << 20);
        assertThat(m.instances()).isEqualTo(new Manifest.Instances(2, 6));
        assertThat(m.services().redis()).contains(new Manifest.Service.Embedded());
        assertThat(m.services().postgres())
                .contains(
                        new Manifest.Service.External(
                                URI.create("postgresql://db.example:5432/app?sslmode=require"),
                                Optional.of("app"),
                                Optional.of("${env:DB_PASSWORD}")));
        assertThat(m.gateway())
                .isEqualTo(
                        new Manifest.Listener(
                                "0.0.0.0", 8080, Manifest.Engine.EMBEDDED, Balance.ROUND_ROBIN));
        assertThat(m.rollout())
                .isEqualTo(
                        new Manifest.Rollout(Manifest.Strategy.ROLLING, 2, Duration.ofSeconds(10)));
        assertThat(m.verify().load()).isEqualTo(new Manifest.Load(80, Duration.ofSeconds(20)));
        assertThat(m.verify().journeys()).hasSize(2);
        var last = m.verify().journeys().getFirst().steps().getLast();
        assertThat(last.method()).isEqualTo("GET");
        assertThat(last.repeat()).isTrue();
        assertThat(last.headers()).isEqualTo(Map.of("Accept", "text/html"));
        assertThat(last.expectStatus()).contains(200);
        assertThat(last.expectBody()).containsExactly("u-${unique}");
        assertThat(m.verify().journeys().getLast().steps().getLast().body()).contains("{\"a\": 1}");
    }

    @Test
    void everyDefault() {
        var m = read("app: { jar: target/shop-1.2.0-SNAPSHOT.jar }");
        assertThat(m.app().name()).isEqualTo("shop");
        assertThat(m.app().java()).isEmpty();
        assertThat(m.app().env()).isEmpty();
        assertThat(m.app().health())
                .isEqualTo(
                        new Manifest.Health(
                                Optional.empty(),
                                Optional.empty(),
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(2),
                                2,
                                3,
                                Duration.ofSeconds(120)));
        assertThat(m.app().drain()).isEqualTo(Duration.ofSeconds(30));
        assertThat(m.app().memory().restartAbove()).isEmpty();
        assertThat(m.instances()).isEqualTo(new Manifest.Instances(1, 1));
        assertThat(m.services())
                .isEqualTo(new Manifest.Services(Optional.empty(), Optional.empty()));
        assertThat(m.gateway())
                .isEqualTo(
                        new Manifest.Listener(
                                "127.0.0.1",
                                8080,
                                Manifest.Engine.EMBEDDED,
                                Balance.LEAST_CONNECTIONS));
        assertThat(m.rollout())
                .isEqualTo(
                        new Manifest.Rollout(Manifest.Strategy.ROLLING, 1, Duration.ofSeconds(3)));
        assertThat(m.verify())
                .isEqualTo(
                        new Manifest.Verify(
                                List.of(), new Manifest.Load(50, Duration.ofSeconds(10))));
    }

    @Test
    void theAutoscalersDefaultsAreTheHpas() {
        var m = read("app: { jar: a.jar }\ninstances: { min: 2, max: 6 }\nautoscale: {}");
        assertThat(m.autoscale())
                .contains(
                        new Manifest.Autoscale(
                                java.util.OptionalInt.empty(),
                                java.util.OptionalInt.empty(),
                                1000,
                                0,
                                Duration.ofSeconds(30),
                                Duration.ofSeconds(30),
                                Duration.ofSeconds(15),
                                10_00,
                                Optional.empty(),
                                Optional.empty()));
    }

    @Test
    void everyKeyOfARollout() {
        var m =
                read(
                        "app: { jar: a.jar }\n"
                                + "rollout: { strategy: canary, surge: 2, watch: 1m, steps: [1%, 50%],"
                                + " by: { header: X-User }, promote: by-hand,"
                                + " judge: { errors: 0.5%, slower: 100%, warm-up: 5s } }");
        assertThat(m.rollout())
                .isEqualTo(
                        new Manifest.Rollout(
                                Manifest.Strategy.CANARY,
                                2,
                                Duration.ofMinutes(1),
                                List.of(1, 50, 100),
                                new Manifest.Division(Manifest.Division.By.HEADER, "X-User"),
                                true,
                                Optional.of(
                                        new Manifest.Judging(50, 10_000, Duration.ofSeconds(5)))));
        assertThat(read("app: { jar: a.jar }\nrollout: { strategy: blue-green }").rollout())
                .isEqualTo(
                        new Manifest.Rollout(
                                Manifest.Strategy.BLUE_GREEN, 1, Duration.ofSeconds(30)));
    }

    @Test
    void everyKeyOfAStartAndOfProcessCare() {
        var m =
                read(
                        "app: { jar: a.jar, start: { unpack: true, aot: false, libraries: true,"
                                + " warm-up: { paths: [/, /a?b=c], count: 7, within: 3s },"
                                + " give-way: false }, restart: { crashes: 4, within: 1m },"
                                + " limits: { files: 4096, memory: 1Gi } }\n"
                                + "logs: { size: 1Mi, keep: 2, ended: 5 }");
        assertThat(m.app().start())
                .isEqualTo(
                        new Manifest.Start(
                                true,
                                false,
                                true,
                                Optional.of(
                                        new Manifest.WarmUp(
                                                List.of("/", "/a?b=c"), 7, Duration.ofSeconds(3))),
                                false));
        assertThat(m.app().restart()).contains(new Manifest.CrashLoop(4, Duration.ofMinutes(1)));
        assertThat(m.app().limits())
                .isEqualTo(new Manifest.Limits(OptionalInt.of(4096), OptionalLong.of(1L << 30)));
        assertThat(m.logs()).isEqualTo(new Manifest.Logs(1L << 20, 2, 5));
    }

    @Test
    void theDefaultsOfAStartAndOfProcessCare() {
        var m = read("app: { jar: a.jar }");
        var warmUp = Optional.of(new Manifest.WarmUp(List.of(), 20, Duration.ofSeconds(10)));
        assertThat(m.app().start()).isEqualTo(new Manifest.Start(true, true, true, warmUp, true));
        assertThat(m.app().restart()).contains(new Manifest.CrashLoop(10, Duration.ofMinutes(10)));
        assertThat(m.app().limits())
                .isEqualTo(new Manifest.Limits(OptionalInt.empty(), OptionalLong.empty()));
        assertThat(m.logs()).isEqualTo(new Manifest.Logs(16L << 20, 3, 20));
        assertThat(read("app: { command: node x }").app().start())
                .isEqualTo(new Manifest.Start(false, false, false, Optional.empty(), true));
        assertThat(read("app: { command: node x, start: { warm-up: / } }").app().start().warmUp())
                .contains(new Manifest.WarmUp(List.of("/"), 20, Duration.ofSeconds(10)));
        assertThat(read("app: { jar: a.jar, start: { unpack: false } }").app().start().aot())
                .isFalse();
        assertThat(read("app: { jar: a.jar, start: { aot: false } }").app().start().libraries())
                .isFalse();
        assertThat(read("app: { jar: a.jar, restart: off }").app().restart()).isEmpty();
    }

    @Test
    void whatIsWrittenReadsBackEqual() {
        for (String yaml :
                List.of(
                        EVERYTHING,
                        "app: { jar: a.jar }",
                        "app: { jar: a.jar, start: { warm-up: [/, /x] }, restart: off,"
                                + " limits: { files: 512, memory: 2Gi } }\nlogs: { keep: 0 }",
                        "app: { jar: a.jar, start: { unpack: false, warm-up: off, give-way: false } }",
                        "app: { command: x, start: { warm-up: on } }",
                        "app: { command: node server.js --port $PORT, directory: web, health: /up }\n"
                                + "gateway: { listen: '[::1]:0' }",
                        "app: { command: [sh, -c, 'exec x \"$PORT\" && y'] }\n"
                                + "services: { redis: 'rediss://:p%40ss@r:6380/1' }",
                        "app: { jar: a.jar, memory: { restart-above: 1234567890B }, drain: 1234ms }",
                        "app: { jar: a.jar }\ninstances: { min: 2, max: 6 }\n"
                                + "autoscale: { cpu: 70%, memory: 80%, request: { cpu: 0.5, memory: 512Mi },"
                                + " tolerance: 5%, behavior: { scaleUp: { selectPolicy: Min, policies:"
                                + " [ { type: Pods, value: 4, periodSeconds: 15 },"
                                + " { type: Percent, value: 100, periodSeconds: 60 } ] },"
                                + " scaleDown: { stabilizationWindowSeconds: 60, tolerance: 1.5% } } }",
                        "app: { jar: a.jar }\ninstances: { min: 2, max: 6 }\nautoscale: {}",
                        "app: { jar: a.jar }\n"
                                + "rollout: { strategy: canary, steps: [5%], by: request,"
                                + " judge: { errors: 0.05%, slower: 12.5% } }",
                        "app: { jar: a.jar }\n"
                                + "rollout: { strategy: canary, by: { header: X-User } }",
                        "app: { jar: a.jar }\n"
                                + "rollout: { strategy: blue-green, promote: by-hand,"
                                + " judge: off }")) {
            var m = read(yaml);
            assertThat(read(ManifestWriter.write(m))).isEqualTo(m);
        }
    }

    @Test
    void theEffectiveManifestRemembersItsSource() {
        var m = read(EVERYTHING);
        var again =
                ManifestReader.read(
                                folder.resolve(".concertina/manifest.yaml"),
                                ManifestWriter.write(m))
                        .orThrow();
        assertThat(again).isEqualTo(m);
        assertThat(again.stateDirectory()).isEqualTo(folder.resolve(".concertina"));
    }

    @Test
    void aLiteralPasswordIsMaskedForEyes() {
        var m = read("app: { jar: a.jar }\nservices: { redis: 'redis://u:hunter2@r:1' }");
        assertThat(ManifestWriter.writeRedacted(m)).doesNotContain("hunter2").contains("***");
        assertThat(ManifestWriter.write(m)).contains("hunter2");
    }

    @Test
    void anOverlayReplacesKeysAndKeepsTheOthers() throws IOException {
        Files.writeString(
                folder.resolve("c.yaml"),
                "app: { jar: a.jar, env: { A: 1, B: 2 } }\ninstances: 2\n");
        Files.writeString(folder.resolve("c.prod.yaml"), "app: { env: { B: 3 } }\ninstances: 9\n");
        var m = ManifestReader.read(folder.resolve("c.yaml"), Optional.of("prod")).orThrow();
        assertThat(m.app().env()).isEqualTo(Map.of("A", "1", "B", "3"));
        assertThat(m.instances().min()).isEqualTo(9);
    }

    @Test
    void aProblemInAnOverlayNamesTheOverlay() throws IOException {
        Files.writeString(folder.resolve("c.yaml"), "app: { jar: a.jar }\n");
        Files.writeString(folder.resolve("c.prod.yaml"), "instances: none\n");
        var refused =
                (Reading.Refused)
                        ManifestReader.read(folder.resolve("c.yaml"), Optional.of("prod"));
        assertThat(refused.problems().getFirst().place().toString())
                .isEqualTo(folder.resolve("c.prod.yaml") + ":1:12");
    }

    @Test
    void anchorsAndMergeKeysWork() {
        var m =
                read(
                        """
                        app:
                          jar: a.jar
                          env: &base { A: one, B: two }
                        verify:
                          journeys:
                            - name: x
                              steps: [ { get: /, headers: { <<: *base, B: three } } ]
                        """);
        assertThat(m.verify().journeys().getFirst().steps().getFirst().headers())
                .isEqualTo(Map.of("A", "one", "B", "three"));
    }

    @Test
    void aMissingFileSaysWhatToDo() {
        var refused = (Reading.Refused) ManifestReader.read(folder.resolve("none.yaml"));
        assertThat(refused.problems().getFirst().toString())
                .isEqualTo(
                        folder.resolve("none.yaml")
                                + "  there is no such file. Run 'concertina init' to write one, or"
                                + " name one with -f.");
    }

    private Manifest read(String yaml) {
        return ManifestReader.read(folder.resolve("concertina.yaml"), yaml).orThrow();
    }
}
