package dev.concertina.verifier.workload;

import dev.concertina.fleet.manifest.Manifest.Step;
import dev.concertina.verifier.history.Outcome;
import dev.concertina.verifier.http.Exchange;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Holds a response against what its step expects. Redirects are answers like any other: a step that
 * wants to see where one leads names that path itself.
 */
final class Expectation {
    private Expectation() {}

    record Judged(Outcome outcome, String detail) {}

    /**
     * @param captured receives what the step captures: the first group of each expression, looked
     *     for in the body, then in the header lines, with HTML's character references undone
     */
    static Judged judge(Step step, Template text, Exchange exchange, Map<String, String> captured) {
        if (exchange.outcome().broken()) {
            return new Judged(exchange.outcome(), exchange.detail());
        }
        int status = exchange.status();
        boolean expected = step.expectStatus().map(s -> s == status).orElse(status < 400);
        if (!expected) {
            var outcome = status >= 500 ? Outcome.SERVER_ERROR : Outcome.WRONG_STATUS;
            return new Judged(outcome, "expected " + wanted(step) + ", got " + got(exchange));
        }
        for (var part : step.expectBody()) {
            var wanted = text.fill(part);
            if (!exchange.body().contains(wanted)) {
                return new Judged(Outcome.WRONG_BODY, "the body does not contain '" + wanted + "'");
            }
        }
        for (var capture : step.capture().entrySet()) {
            var value = find(capture.getValue(), exchange);
            if (value.isEmpty()) {
                return new Judged(
                        Outcome.WRONG_BODY,
                        "nothing matches capture " + capture.getKey() + ": " + capture.getValue());
            }
            captured.put(capture.getKey(), value.get());
        }
        return new Judged(Outcome.OK, "");
    }

    private static String wanted(Step step) {
        return step.expectStatus().map(s -> "status " + s).orElse("a status below 400");
    }

    private static String got(Exchange exchange) {
        var location = exchange.all("location");
        return exchange.status() + (location.isEmpty() ? "" : " to " + location.getFirst());
    }

    private static Optional<String> find(String expression, Exchange exchange) {
        var pattern = Pattern.compile(expression);
        var head =
                exchange.fields().stream()
                        .map(f -> f.name() + ": " + f.value())
                        .collect(Collectors.joining("\n"));
        for (var where : new String[] {exchange.body(), head}) {
            var found = pattern.matcher(where);
            if (found.find()) {
                var value = found.groupCount() > 0 ? found.group(1) : found.group();
                return Optional.ofNullable(value).map(Expectation::unescaped);
            }
        }
        return Optional.empty();
    }

    private static String unescaped(String html) {
        return html.replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&#34;", "\"")
                .replace("&#39;", "'")
                .replace("&#x27;", "'")
                .replace("&#43;", "+")
                .replace("&#x2B;", "+")
                .replace("&#61;", "=")
                .replace("&#x3D;", "=")
                .replace("&#47;", "/")
                .replace("&#x2F;", "/")
                .replace("&amp;", "&");
    }
}
