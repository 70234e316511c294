package dev.concertina.starter.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.HttpCookie;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** A client with cookies whose every request goes to the next instance. */
public final class Browser {
    private final int[] ports;
    private final AtomicInteger next = new AtomicInteger();
    private final CookieManager cookies = new CookieManager(null, CookiePolicy.ACCEPT_ALL);
    private final HttpClient client =
            HttpClient.newBuilder()
                    .cookieHandler(cookies)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .build();

    public Browser(int... ports) {
        this.ports = ports.clone();
    }

    public HttpResponse<String> get(String path) {
        return send(HttpRequest.newBuilder(uri(path)).GET());
    }

    public HttpResponse<String> get(String path, String field, String value) {
        return send(HttpRequest.newBuilder(uri(path)).header(field, value).GET());
    }

    public HttpResponse<String> post(String path, Map<String, String> form) {
        var body =
                form.entrySet().stream()
                        .map(e -> e.getKey() + "=" + encode(e.getValue()))
                        .collect(Collectors.joining("&"));
        return send(
                HttpRequest.newBuilder(uri(path))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(body)));
    }

    public HttpResponse<String> login(String name, String password) {
        var form = get("/login").body();
        var at = form.indexOf("value=\"", form.indexOf("name=\"_csrf\"")) + 7;
        var token = form.substring(at, form.indexOf('"', at));
        return post("/login", Map.of("username", name, "password", password, "_csrf", token));
    }

    public String cookie(String name) {
        return cookies.getCookieStore().getCookies().stream()
                .filter(cookie -> cookie.getName().equals(name))
                .map(cookie -> cookie.getValue())
                .findFirst()
                .orElse("");
    }

    /** Forgets a cookie, as a browser does that was closed. */
    public void drop(String name) {
        var store = cookies.getCookieStore();
        for (var cookie : List.copyOf(store.getCookies())) {
            if (cookie.getName().equals(name)) {
                store.remove(URI.create("http://127.0.0.1/"), cookie);
            }
        }
    }

    /** Brings a cookie of somebody else's, or an old one. */
    public void bring(String name, String value) {
        var cookie = new HttpCookie(name, value);
        cookie.setPath("/");
        cookie.setVersion(0);
        cookies.getCookieStore().add(URI.create("http://127.0.0.1/"), cookie);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(
                    request.timeout(Duration.ofSeconds(30)).build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private URI uri(String path) {
        int port = ports[Math.floorMod(next.getAndIncrement(), ports.length)];
        return URI.create("http://127.0.0.1:" + port + path);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
