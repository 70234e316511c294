package dev.concertina.verifier.workload;

import dev.concertina.fleet.manifest.Manifest.Step;
import dev.concertina.verifier.http.Request;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.stream.Collectors;

/** A journey's step as the request it is. */
final class StepRequest {
    private StepRequest() {}

    static Request of(Step step, Template text, String cookies) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("User-Agent", "concertina-verify");
        headers.put("Accept", "*/*");
        if (!step.form().isEmpty()) {
            headers.put("Content-Type", "application/x-www-form-urlencoded");
        }
        if (!cookies.isEmpty()) {
            headers.put("Cookie", cookies);
        }
        step.headers().forEach((name, value) -> headers.put(name, text.fill(value)));
        var body = step.body().map(text::fill).orElseGet(() -> form(step, text));
        return new Request(step.method(), text.fill(step.path()), headers, body);
    }

    private static String form(Step step, Template text) {
        return step.form().entrySet().stream()
                .map(e -> encoded(e.getKey()) + "=" + encoded(text.fill(e.getValue())))
                .collect(Collectors.joining("&"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
