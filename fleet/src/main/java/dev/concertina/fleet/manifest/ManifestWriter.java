package dev.concertina.fleet.manifest;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Writes a manifest with every default, in the syntax that {@link ManifestReader} reads: what was
 * written reads back equal.
 */
public final class ManifestWriter {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z/][\\w./:*+@-]*[\\w/*]|[A-Za-z/]");
    private static final Pattern NOT_A_TEXT =
            Pattern.compile("(?i)null|true|false|yes|no|on|off|y|n|~");

    private final StringBuilder out = new StringBuilder();
    private final boolean redacted;

    private ManifestWriter(boolean redacted) {
        this.redacted = redacted;
    }

    /** For the fleet process: complete, including credentials that were written literally. */
    public static String write(Manifest manifest) {
        return new ManifestWriter(false).manifest(manifest);
    }

    /** For eyes: literal passwords are masked; references stay, because they tell nothing. */
    public static String writeRedacted(Manifest manifest) {
        return new ManifestWriter(true).manifest(manifest);
    }

    private String manifest(Manifest m) {
        line(0, "source", m.file().toString());
        app(m.app());
        var n = m.instances();
        raw(
                0,
                "instances",
                n.min() == n.max()
                        ? "" + n.min()
                        : "{ min: " + n.min() + ", max: " + n.max() + " }");
        services(m.services());
        new GatewayWriter(this).write(m.gateway());
        rollout(m.rollout());
        m.autoscale().ifPresent(new AutoscaleWriter(this)::write);
        verify(m.verify());
        CareWriter.write(this, m.logs());
        return out.toString();
    }

    private void app(Manifest.App app) {
        raw(0, "app", "");
        line(1, "name", app.name());
        switch (app.program()) {
            case Manifest.Program.Jar jar -> {
                line(1, "jar", jar.path().toString());
                words(1, "jvm", jar.jvmOptions());
                words(1, "arguments", jar.arguments());
            }
            case Manifest.Program.Command command -> {
                words(1, "command", command.words());
                line(1, "directory", command.directory().toString());
            }
        }
        app.java().ifPresent(java -> line(1, "java", java.toString()));
        texts(1, "env", app.env());
        var health = app.health();
        raw(1, "health", "");
        health.ready().ifPresent(path -> line(2, "ready", path));
        health.live().ifPresent(path -> line(2, "live", path));
        raw(2, "every", Units.text(health.every()));
        raw(2, "timeout", Units.text(health.timeout()));
        raw(2, "rise", "" + health.rise());
        raw(2, "fall", "" + health.fall());
        raw(2, "start-within", Units.text(health.startWithin()));
        raw(1, "drain", Units.text(app.drain()));
        app.memory()
                .restartAbove()
                .ifPresent(bytes -> {
                    raw(1, "memory", "");
                    raw(2, "restart-above", Units.text(bytes));
                });
        CareWriter.write(this, app);
    }

    private void services(Manifest.Services services) {
        if (services.redis().isEmpty() && services.postgres().isEmpty()) {
            return;
        }
        raw(0, "services", "");
        services.redis().ifPresent(service -> service("redis", service));
        services.postgres().ifPresent(service -> service("postgres", service));
    }

    private void service(String name, Manifest.Service service) {
        switch (service) {
            case Manifest.Service.Embedded _ -> line(1, name, "embedded");
            case Manifest.Service.External external -> {
                raw(1, name, "");
                line(2, "url", external.url().toString());
                external.user().ifPresent(user -> line(2, "user", user));
                external.password().ifPresent(password -> line(2, "password", mask(password)));
            }
        }
    }

    private String mask(String secret) {
        return !redacted || References.isReference(secret) ? secret : "***";
    }

    private void rollout(Manifest.Rollout rollout) {
        raw(0, "rollout", "");
        line(1, "strategy", word(rollout.strategy()));
        raw(1, "surge", "" + rollout.surge());
        raw(1, "watch", Units.text(rollout.watch()));
        if (rollout.strategy() == Manifest.Strategy.ROLLING) {
            return;
        }
        if (rollout.strategy() == Manifest.Strategy.CANARY) {
            var steps = rollout.steps().stream().map(step -> step + "%").toList();
            raw(1, "steps", "[" + String.join(", ", steps) + "]");
            var by = rollout.by();
            raw(
                    1,
                    "by",
                    by.by() == Manifest.Division.By.REQUEST
                            ? word(by.by())
                            : "{ " + word(by.by()) + ": " + scalar(by.name()) + " }");
        }
        raw(1, "promote", rollout.byHand() ? "by-hand" : "auto");
        if (rollout.judge().isEmpty()) {
            raw(1, "judge", "off");
            return;
        }
        var judge = rollout.judge().get();
        raw(1, "judge", "");
        raw(2, "errors", Units.percentText(judge.errors()));
        raw(2, "slower", Units.percentText(judge.slower()));
        raw(2, "warm-up", Units.text(judge.warmUp()));
    }

    private void verify(Manifest.Verify verify) {
        raw(0, "verify", "");
        if (!verify.journeys().isEmpty()) {
            raw(1, "journeys", "");
            verify.journeys().forEach(this::journey);
        }
        raw(1, "load", "");
        raw(2, "rate", verify.load().requestsPerSecond() + "/s");
        raw(2, "duration", Units.text(verify.load().duration()));
    }

    private void journey(Manifest.Journey journey) {
        line(2, "- name", journey.name());
        line(3, "kind", word(journey.kind()));
        raw(3, "steps", "");
        for (Manifest.Step step : journey.steps()) {
            line(4, "- " + step.method().toLowerCase(Locale.ROOT), step.path());
            if (step.repeat()) {
                raw(5, "repeat", "true");
            }
            texts(5, "headers", step.headers());
            texts(5, "form", step.form());
            step.body().ifPresent(body -> line(5, "body", body));
            step.expectStatus().ifPresent(status -> raw(5, "expect", "" + status));
            words(5, "contains", step.expectBody());
            texts(5, "capture", step.capture());
        }
    }

    void texts(int depth, String key, Map<String, String> texts) {
        if (!texts.isEmpty()) {
            raw(depth, key, "");
            texts.forEach((name, text) -> line(depth + 1, scalar(name), text));
        }
    }

    void words(int depth, String key, List<String> words) {
        if (!words.isEmpty()) {
            var each = new ArrayList<String>();
            words.forEach(word -> each.add(scalar(word)));
            raw(depth, key, "[" + String.join(", ", each) + "]");
        }
    }

    void line(int depth, String key, String text) {
        raw(depth, key, scalar(text));
    }

    void raw(int depth, String key, String value) {
        out.append("  ".repeat(depth)).append(key).append(':');
        out.append(value.isEmpty() ? "" : " ").append(value).append('\n');
    }

    static String word(Enum<?> constant) {
        return Section.word(constant);
    }

    /** Plain where nobody could take it for anything else, else in double quotes. */
    static String scalar(String text) {
        if (PLAIN.matcher(text).matches() && !NOT_A_TEXT.matcher(text).matches()) {
            return text;
        }
        var quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> quoted.append(escaped(c)));
        return quoted.append('"').toString();
    }

    private static String escaped(int c) {
        return switch (c) {
            case '"' -> "\\\"";
            case '\\' -> "\\\\";
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default ->
                    c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 || c == 0xfeff
                            ? String.format("\\u%04x", c)
                            : Character.toString(c);
        };
    }
}
