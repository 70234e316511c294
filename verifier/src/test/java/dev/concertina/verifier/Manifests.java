package dev.concertina.verifier;

import dev.concertina.contract.Balance;
import dev.concertina.fleet.manifest.Manifest;
import dev.concertina.fleet.manifest.Manifest.Journey;
import dev.concertina.fleet.manifest.Manifest.Step;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Manifests for the fake fleet's application, with loads short enough for a test. */
final class Manifests {
    private Manifests() {}

    /** Signs in with one request, then asks who one is. */
    static Manifest signingIn() {
        return with(session(List.of(login(Map.of("user", "${unique}")), me())));
    }

    /** Signs in through a form with a token in it, as browsers do. */
    static Manifest signingInByForm() {
        var form =
                step(
                        "GET",
                        "/login",
                        false,
                        Map.of(),
                        Optional.of(200),
                        List.of(),
                        Map.of("token", "name=\"csrf\" value=\"([^\"]+)\""));
        var sent = new LinkedHashMap<String, String>();
        sent.put("user", "${unique}");
        sent.put("csrf", "${token}");
        return with(session(List.of(form, login(sent), me())));
    }

    static Manifest withoutJourneys() {
        return with();
    }

    static Manifest with(Journey... journeys) {
        var health =
                new Manifest.Health(
                        Optional.of("/"),
                        Optional.empty(),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1),
                        1,
                        1,
                        Duration.ofSeconds(30));
        var app =
                new Manifest.App(
                        "fake",
                        new Manifest.Program.Command(List.of("fake"), Path.of("/")),
                        Optional.empty(),
                        new LinkedHashMap<>(),
                        health,
                        Duration.ofSeconds(1),
                        new Manifest.Memory(OptionalLong.empty()));
        return new Manifest(
                Path.of("/fake/concertina.yaml"),
                app,
                new Manifest.Instances(3, 3),
                new Manifest.Services(Optional.empty(), Optional.empty()),
                new Manifest.Listener(
                        "127.0.0.1", 0, Manifest.Engine.EMBEDDED, Balance.ROUND_ROBIN),
                new Manifest.Rollout(Manifest.Strategy.ROLLING, 1, Duration.ZERO),
                Optional.empty(),
                new Manifest.Verify(
                        List.of(journeys), new Manifest.Load(100, Duration.ofMillis(450))));
    }

    static Journey session(List<Step> steps) {
        return new Journey("session", Journey.Kind.SESSION, steps);
    }

    static Journey stateless(Step step) {
        return new Journey("page", Journey.Kind.STATELESS, List.of(step));
    }

    static Step get(String path) {
        return step("GET", path, false, Map.of(), Optional.of(200), List.of(), Map.of());
    }

    private static Step login(Map<String, String> form) {
        return step("POST", "/login", false, form, Optional.of(303), List.of(), Map.of());
    }

    private static Step me() {
        return step(
                "GET", "/me", true, Map.of(), Optional.of(200), List.of("as ${unique}"), Map.of());
    }

    private static Step step(
            String method,
            String path,
            boolean repeat,
            Map<String, String> form,
            Optional<Integer> status,
            List<String> body,
            Map<String, String> capture) {
        return new Step(
                method,
                path,
                repeat,
                Map.of(),
                new LinkedHashMap<>(form),
                Optional.empty(),
                status,
                body,
                new LinkedHashMap<>(capture));
    }
}
