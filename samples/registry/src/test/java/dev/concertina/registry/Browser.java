package dev.concertina.registry;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A browser without a screen: keeps cookies, follows redirects, sends forms with their token. */
class Browser implements AutoCloseable {
    private static final Pattern TOKEN = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"");
    private static final Pattern ACTION = Pattern.compile("action=\"(/submissions[^\"]*)\"");
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final HttpClient client =
            HttpClient.newBuilder()
                    .cookieHandler(new CookieManager())
                    .followRedirects(HttpClient.Redirect.NORMAL)
                    .build();
    private final URI site;
    private final Map<String, String> fields;

    Browser(int port) {
        this(port, Map.of());
    }

    /**
     * @param fields of every request, as something in front of the application would set them
     */
    Browser(int port, Map<String, String> fields) {
        this.site = URI.create("http://127.0.0.1:" + port);
        this.fields = fields;
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(
                HttpRequest.newBuilder(site.resolve(path))
                        .header("Accept", "text/html, */*;q=0.8"));
    }

    /** Opens the page with the form, fills it in and sends it to {@code action}. */
    HttpResponse<String> submit(String page, String action, Map<String, String> typed)
            throws IOException, InterruptedException {
        var token = TOKEN.matcher(get(page).body());
        if (!token.find()) {
            throw new AssertionError("no form on " + page);
        }
        var form = new HashMap<>(typed);
        form.put("_csrf", token.group(1));
        return post(action, form);
    }

    /** Opens the page with the form, chooses a file and sends both. */
    HttpResponse<String> upload(String page, String title, String type, byte[] file)
            throws IOException, InterruptedException {
        var action = ACTION.matcher(get(page).body());
        if (!action.find()) {
            throw new AssertionError("no form on " + page);
        }
        var body = new ByteArrayOutputStream();
        body.writeBytes(
                ("--limit\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\n"
                                + title
                                + "\r\n--limit\r\nContent-Disposition: form-data; name=\"file\";"
                                + " filename=\"mine.pdf\"\r\nContent-Type: "
                                + type
                                + "\r\n\r\n")
                        .getBytes(StandardCharsets.UTF_8));
        body.writeBytes(file);
        body.writeBytes("\r\n--limit--\r\n".getBytes(StandardCharsets.UTF_8));
        return send(
                HttpRequest.newBuilder(site.resolve(action.group(1).replace("&amp;", "&")))
                        .header("Content-Type", "multipart/form-data; boundary=limit")
                        .POST(BodyPublishers.ofByteArray(body.toByteArray())));
    }

    /** Loads a page again and again until it has what is looked for. */
    String await(String page, Pattern wanted) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (var body = get(page).body(); ; body = get(page).body()) {
            var found = wanted.matcher(body);
            if (found.find()) {
                return found.group();
            }
            if (System.nanoTime() > end) {
                throw new AssertionError("no " + wanted + " on " + page + ": " + body);
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }

    /** Follows a link to a file. */
    HttpResponse<byte[]> download(String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(site.resolve(path));
        fields.forEach(request::header);
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    HttpResponse<String> post(String action, Map<String, String> form)
            throws IOException, InterruptedException {
        return send(
                HttpRequest.newBuilder(site.resolve(action))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(encode(form))));
    }

    private static String encode(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(f ->
                        f.getKey() + "=" + URLEncoder.encode(f.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    private HttpResponse<String> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        fields.forEach(request::header);
        return client.send(request.build(), BodyHandlers.ofString());
    }

    @Override
    public void close() {
        client.close();
    }
}
