package dev.concertina.starter.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/** An application on a free port, and a client without memory. */
public final class Served implements AutoCloseable {
    private final ConfigurableApplicationContext context;
    private final HttpClient client =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();

    private Served(ConfigurableApplicationContext context) {
        this.context = context;
    }

    public static Served start(Class<?> application, String... arguments) {
        var all = new ArrayList<>(List.of(arguments));
        all.add("--server.port=0");
        all.add("--spring.main.banner-mode=off");
        unlessGiven(all, "--concertina.instance.drain-delay=");
        // Who counts commands counts those of requests.
        unlessGiven(all, "--concertina.session.sweep-every=");
        unlessGiven(all, "--concertina.session.reseal-every=");
        return new Served(
                new SpringApplicationBuilder(application).run(all.toArray(String[]::new)));
    }

    private static void unlessGiven(List<String> all, String option) {
        if (all.stream().noneMatch(argument -> argument.startsWith(option))) {
            all.add(option + "0s");
        }
    }

    public int port() {
        var server = ((ServletWebServerApplicationContext) context).getWebServer();
        return Objects.requireNonNull(server).getPort();
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    public ConfigurableApplicationContext context() {
        return context;
    }

    /**
     * @param fields names and values in turn
     */
    public HttpResponse<String> get(String path, String... fields) {
        return send("GET", path, "", fields);
    }

    /**
     * @param fields names and values in turn
     */
    public HttpResponse<String> send(String method, String path, String body, String... fields) {
        var request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                        .timeout(Duration.ofSeconds(30))
                        .method(
                                method,
                                body.isEmpty()
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(body));
        for (int i = 0; i < fields.length; i += 2) {
            request.header(fields[i], fields[i + 1]);
        }
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        context.close();
    }
}
