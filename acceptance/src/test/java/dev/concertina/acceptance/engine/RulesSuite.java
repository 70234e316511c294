package dev.concertina.acceptance.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.contract.Policies.Affinity;
import dev.concertina.contract.Policies.Bounds;
import dev.concertina.contract.Policies.Compression;
import dev.concertina.contract.Policies.PathRule;
import dev.concertina.contract.Policies.RateLimit;
import dev.concertina.contract.Policies.StaticFolder;
import dev.concertina.contract.Policies.Timeouts;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** What a table says beside its targets. */
abstract class RulesSuite extends EngineSuite {
    RulesSuite(Engine engine) {
        super(engine);
    }

    @Test
    void aRateIsKeptForEachPathButNotForHealth() throws IOException {
        serve(
                Rules.usual()
                        .limits(new RateLimit("/api/**", 1, Duration.ofMinutes(1), 2))
                        .quiet("/api/health")
                        .build(),
                origin(Origin.saying("a")));
        for (int i = 0; i < 3; i++) {
            assertThat(get("/api/" + i).status()).isEqualTo(200);
        }
        for (String spelling : List.of("/api", "/api/x", "/%61pi/y", "/x/../api/z", "/api;a=b/c")) {
            Message refused = get(spelling);
            assertThat(refused.status()).as(spelling).isEqualTo(429);
            assertThat(Integer.parseInt(refused.field("Retry-After").orElse("0"))).isBetween(1, 61);
        }
        assertThat(get("/other").status()).isEqualTo(200);
        for (int i = 0; i < 5; i++) {
            assertThat(get("/api/health").status()).isEqualTo(200);
        }
    }

    @Test
    void aBodyBeyondItsBoundIsRefused() throws IOException {
        Origin origin = origin(Origin.saying("a"));
        serve(
                Rules.usual()
                        .bodyBytes(1000)
                        .rules(new PathRule("/large/**", Optional.empty(), OptionalLong.of(5000)))
                        .build(),
                origin);
        assertThat(ask("POST", "/", "", "x".repeat(1000)).status()).isEqualTo(200);
        assertThat(ask("POST", "/", "", "x".repeat(1001)).status()).isEqualTo(413);
        assertThat(ask("POST", "/large/1", "", "x".repeat(5000)).status()).isEqualTo(200);
        assertThat(ask("POST", "/large/1", "", "x".repeat(5001)).status()).isEqualTo(413);
        try (Wire wire = client()) {
            wire.write(
                    Wire.request("POST", "/", "Transfer-Encoding: chunked\r\n", "")
                            + "400\r\n"
                            + "x".repeat(1024)
                            + "\r\n0\r\n\r\n");
            assertThat(wire.read(false).status()).isEqualTo(413);
        }
    }

    @Test
    void aHeadBeyondItsBoundIsRefused() throws IOException {
        Origin origin = origin(Origin.saying("a"));
        Bounds usual = Bounds.defaults();
        serve(
                Rules.usual()
                        .bounds(
                                new Bounds(
                                        8192,
                                        usual.headFields(),
                                        usual.bodyBytes(),
                                        usual.connections(),
                                        usual.connectionsPerAddress(),
                                        usual.held()))
                        .build(),
                origin);
        assertThat(ask("GET", "/", "X: " + "x".repeat(3000) + "\r\n", "").status()).isEqualTo(200);
        assertThat(ask("GET", "/", "X: " + "x".repeat(9500) + "\r\n", "").status()).isEqualTo(431);
        String many = ("X: " + "x".repeat(1000) + "\r\n").repeat(12);
        assertThat(ask("GET", "/", many, "").status()).isEqualTo(431);
        assertThat(origin.seen()).hasSize(1);
    }

    @Test
    void anInstanceThatSaysNothingIsWaitedForThisLong() throws IOException {
        CountDownLatch never = new CountDownLatch(1);
        Origin silent =
                origin(
                        new Origin((request, wire) -> {
                            never.await();
                            return false;
                        }));
        serve(
                Rules.usual()
                        .timeouts(Rules.with(Duration.ofMillis(600), Duration.ofSeconds(10)))
                        .rules(
                                new PathRule(
                                        "/quick",
                                        Optional.of(Duration.ofMillis(200)),
                                        OptionalLong.empty()))
                        .build(),
                silent);
        for (String path : List.of("/", "/quick")) {
            long began = System.nanoTime();
            assertThat(ask("POST", path, "", "x").status()).isEqualTo(504);
            long millis = (System.nanoTime() - began) / 1_000_000;
            assertThat(millis).isGreaterThanOrEqualTo(path.equals("/") ? 550 : 150);
        }
        never.countDown();
    }

    @Test
    void aHeadThatDoesNotComeIsNotWaitedForLong() throws IOException {
        serve(
                Rules.usual()
                        .timeouts(Rules.with(Duration.ofSeconds(60), Duration.ofMillis(500)))
                        .build(),
                origin(Origin.saying("a")));
        // Rules of a table hold for connections made under it, so the first one is not counted.
        get("/");
        try (Wire wire = client()) {
            wire.write("GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ");
            try {
                assertThat(wire.read(false).status()).isEqualTo(408);
            } catch (java.io.EOFException e) {
                return;
            }
            assertThat(wire.closes()).isTrue();
        }
    }

    @Test
    void withoutAnInstanceTheAnswerSaysWhenToComeAgain() throws IOException {
        Timeouts usual = Timeouts.defaults();
        serve(
                Rules.usual()
                        .timeouts(
                                new Timeouts(
                                        usual.connect(),
                                        usual.response(),
                                        usual.head(),
                                        usual.body(),
                                        usual.send(),
                                        usual.keepAlive(),
                                        Duration.ofMillis(200),
                                        usual.idleUpstream()))
                        .build());
        Message answer = get("/");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.field("Retry-After")).contains("1");
    }

    @Test
    void fieldsAreAddedWhereTheInstanceSetNone() throws IOException {
        serve(
                Rules.usual()
                        .headers(
                                Map.of(
                                        "X-Frame-Options", "SAMEORIGIN",
                                        "X-Note", "a \"b\" $c \\d"))
                        .build(),
                origin(
                        new Origin((request, wire) -> {
                            String own =
                                    request.target().equals("/own") ? "X-Frame-Options: DENY" : "";
                            wire.respond(200, own, "text");
                            return true;
                        })));
        assertThat(get("/own").all("X-Frame-Options")).containsExactly("DENY");
        Message answer = get("/");
        assertThat(answer.all("X-Frame-Options")).containsExactly("SAMEORIGIN");
        assertThat(answer.all("X-Note")).containsExactly("a \"b\" $c \\d");
    }

    @Test
    void aTrustedProxyIsBelieved() throws IOException {
        serve(Rules.usual().trusted("127.0.0.0/8").build(), origin(Origin.mirror()));
        Message answer =
                ask(
                        "GET",
                        "/",
                        "X-Forwarded-For: 9.9.9.9\r\nX-Forwarded-Proto: https\r\n"
                                + "X-Forwarded-Host: public.test\r\n",
                        "");
        Message seen = new Message(answer.body().strip(), "");
        assertThat(String.join(", ", seen.all("X-Forwarded-For"))).isEqualTo("9.9.9.9, 127.0.0.1");
        assertThat(seen.all("X-Forwarded-Proto")).containsExactly("https");
        assertThat(seen.all("X-Forwarded-Host")).containsExactly("public.test");
    }

    @Test
    void aCookieBringsAClientBack() throws IOException {
        serve(
                Rules.usual().affinity(new Affinity("node")).build(),
                origin(Origin.saying("a")),
                origin(Origin.saying("b")));
        for (int i = 0; i < 2; i++) {
            Message first = get("/");
            String cookie = first.field("Set-Cookie").orElseThrow().split(";")[0];
            assertThat(cookie).startsWith("node=");
            for (int j = 0; j < 5; j++) {
                Message again = ask("GET", "/", "Cookie: x=y; " + cookie + "\r\n", "");
                assertThat(again.body()).isEqualTo(first.body());
            }
        }
        assertThat(ask("GET", "/", "Cookie: node=nobody\r\n", "").status()).isEqualTo(200);
    }

    @Test
    void textIsCompressedForWhoeverAsks() throws IOException {
        String text = "the same again and again ".repeat(200);
        serve(
                Rules.usual()
                        .compression(new Compression(List.of("gzip"), List.of("text/"), 256))
                        .build(),
                origin(
                        new Origin((request, wire) -> {
                            wire.respond(
                                    200,
                                    "Content-Type: "
                                            + (request.target().equals("/png")
                                                    ? "image/png"
                                                    : "text/plain"),
                                    request.target().equals("/small") ? "small" : text);
                            return true;
                        })));
        Message packed = ask("GET", "/", "Accept-Encoding: gzip\r\n", "");
        assertThat(packed.field("Content-Encoding")).contains("gzip");
        assertThat(String.join(",", packed.all("Vary"))).containsIgnoringCase("Accept-Encoding");
        byte[] octets = packed.body().getBytes(StandardCharsets.ISO_8859_1);
        assertThat(octets.length).isLessThan(text.length() / 4);
        try (var in = new GZIPInputStream(new ByteArrayInputStream(octets))) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1)).isEqualTo(text);
        }
        assertThat(get("/").field("Content-Encoding")).isEmpty();
        for (String path : List.of("/small", "/png")) {
            assertThat(ask("GET", path, "Accept-Encoding: gzip\r\n", "").field("Content-Encoding"))
                    .isEmpty();
        }
    }

    @Test
    void aFolderIsServedWithValidatorsAndRanges() throws IOException {
        Path folder = Files.createDirectories(state().resolve("public"));
        Files.writeString(folder.resolve("a.css"), "body { color: red }");
        Files.writeString(state().resolve("secret.txt"), "secret");
        serve(
                Rules.usual()
                        .headers(Map.of("X-Frame-Options", "DENY"))
                        .folders(
                                new StaticFolder(
                                        "/assets/", folder.toString(), Duration.ofHours(1), false),
                                new StaticFolder("/mixed/", folder.toString(), Duration.ZERO, true))
                        .build(),
                origin(Origin.saying("instance")));
        Message file = get("/assets/a.css");
        assertThat(file.body()).isEqualTo("body { color: red }");
        assertThat(file.field("Content-Type").orElse("")).startsWith("text/css");
        assertThat(file.field("Cache-Control")).contains("max-age=3600");
        assertThat(file.field("X-Frame-Options")).contains("DENY");
        String tag = file.field("ETag").orElseThrow();
        assertThat(ask("GET", "/assets/a.css", "If-None-Match: " + tag + "\r\n", "").status())
                .isEqualTo(304);
        Message part = ask("GET", "/assets/a.css", "Range: bytes=0-3\r\n", "");
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.body()).isEqualTo("body");
        assertThat(ask("HEAD", "/assets/a.css", "", "").field("Content-Length")).contains("19");
        assertThat(get("/assets/none.css").status()).isEqualTo(404);
        assertThat(get("/assets/../secret.txt").body()).isEqualTo("instance");
        assertThat(get("/assets/%2e%2e/secret.txt").body()).doesNotContain("secret");
        assertThat(get("/assets/..%2fsecret.txt").body()).doesNotContain("secret");
        assertThat(get("/mixed/a.css").field("Cache-Control")).contains("no-cache");
        assertThat(get("/mixed/none.css").body()).isEqualTo("instance");
    }

    @Test
    void everyRequestButHealthIsLogged() throws IOException {
        Path log = state().resolve("access.log");
        serve(
                Rules.usual().quiet("/health").accessLog(log.toString()).build(),
                origin(Origin.saying("a")));
        get("/health");
        get("/one");
        await(
                "the line is there",
                () -> {
                    try {
                        return Files.exists(log) && Files.readString(log).endsWith("}\n");
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                });
        var line = tools.jackson.databind.json.JsonMapper.shared().readTree(Files.readString(log));
        assertThat(line.get("target").asString()).isEqualTo("/one");
        assertThat(line.get("status").asInt()).isEqualTo(200);
        assertThat(line.get("client").asString()).isEqualTo("127.0.0.1");
        assertThat(line.get("instance").asString()).isEqualTo("app-1");
        assertThat(line.propertyNames()).contains("time", "id", "method", "protocol", "bytes");
    }
}
