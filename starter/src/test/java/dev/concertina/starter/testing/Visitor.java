package dev.concertina.starter.testing;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntSupplier;

/** A browser that goes to whatever port is named for each request, and forgets no cookie. */
public final class Visitor {
    public static final String PASSWORD = "correct-horse-battery-staple";

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final IntSupplier port;
    private final Map<String, String> cookies = new TreeMap<>();
    private final List<String> seen = new ArrayList<>();

    public Visitor(IntSupplier port) {
        this.port = port;
    }

    public void bring(String name, String value) {
        cookies.put(name, value);
    }

    /** Values of all cookies that were ever set. */
    public List<String> seen() {
        return seen;
    }

    /** Where Spring Security's own form is, everybody with the same password. */
    public void login(String name) {
        var answer = post("/login", Map.of("username", name, "password", PASSWORD));
        if (answer.statusCode() != 200) {
            throw new IllegalStateException("login answered " + answer.statusCode());
        }
    }

    public HttpResponse<String> get(String path) {
        return send(request(path).GET());
    }

    public HttpResponse<String> post(String path, Map<String, String> form) {
        var text = new StringBuilder();
        form.forEach((name, value) ->
                text.append(text.isEmpty() ? "" : "&")
                        .append(name)
                        .append('=')
                        .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return send(
                request(path)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(text.toString())));
    }

    private HttpRequest.Builder request(String path) {
        var uri = URI.create("http://127.0.0.1:" + port.getAsInt() + path);
        var request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(30));
        if (!cookies.isEmpty()) {
            var pairs = new ArrayList<String>();
            cookies.forEach((name, value) -> pairs.add(name + "=" + value));
            request.header("Cookie", String.join("; ", pairs));
        }
        return request;
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            var answer = HTTP.send(request.build(), BodyHandlers.ofString());
            for (var field : answer.headers().allValues("Set-Cookie")) {
                var pair = field.substring(0, field.indexOf(';')).split("=", 2);
                cookies.put(pair[0], pair[1]);
                seen.add(pair[1]);
            }
            return answer;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
