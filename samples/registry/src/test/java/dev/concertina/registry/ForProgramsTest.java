package dev.concertina.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The same application with tokens and tenants, as programs meet it. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "concertina.session.store=memory",
            Database.KEYS,
            "concertina.token.issuer=https://registry.example.org",
            "concertina.token.endpoints=true",
            "concertina.tenant.from=token,header",
            "concertina.tenant.known=public,north,south",
            "concertina.tenant.required=false"
        })
class ForProgramsTest {
    private static final Pattern ACCESS = Pattern.compile("\"access_token\":\"([^\"]+)\"");
    private static final Pattern REFRESH = Pattern.compile("\"refresh_token\":\"([^\"]+)\"");
    private static final Pattern CODE = Pattern.compile("\"code\":\"([^\"]+)\"");

    private final HttpClient client = HttpClient.newHttpClient();
    private final String email = UUID.randomUUID() + "@example.org";

    @LocalServerPort private int port;

    @DynamicPropertySource
    static void database(DynamicPropertyRegistry properties) {
        Database.use(properties);
    }

    private static String found(Pattern pattern, HttpResponse<String> answer) {
        var matcher = pattern.matcher(answer.body());
        assertThat(matcher.find()).as(answer.body()).isTrue();
        return matcher.group(1);
    }

    private HttpResponse<String> send(
            String method, String path, String body, Map<String, String> fields)
            throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .header("Content-Type", "application/json")
                        .method(method, BodyPublishers.ofString(body));
        fields.forEach(request::header);
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> login(String password, Map<String, String> fields)
            throws IOException, InterruptedException {
        var body = "{\"email\": \"%s\", \"password\": \"%s\"}".formatted(email, password);
        return send("POST", "/api/login", body, fields);
    }

    private void register(Map<String, String> fields) throws Exception {
        try (var browser = new Browser(port, fields)) {
            browser.submit(
                    "/register",
                    "/register",
                    Map.of("name", "Issuer", "email", email, "password", "correct horse"));
        }
    }

    private String signedIn() throws Exception {
        register(Map.of());
        return "Bearer " + found(ACCESS, login("correct horse", Map.of()));
    }

    @Test
    void aProgramIssuesListsAndRevokes() throws Exception {
        var token = Map.of("Authorization", signedIn());
        var issued =
                send("POST", "/api/certificates", "{\"title\": \"T\", \"holder\": \"Bo\"}", token);
        assertThat(issued.statusCode()).isEqualTo(201);
        var code = found(CODE, issued);
        assertThat(issued.headers().firstValue("Location")).hasValue("/api/certificates/" + code);
        assertThat(send("GET", "/api/certificates", "", token).body()).contains(code);

        assertThat(send("DELETE", "/api/certificates/" + code, "", token).statusCode())
                .isEqualTo(204);

        assertThat(send("GET", "/api/certificates/" + code, "", Map.of()).body())
                .contains("\"revokedAt\":\"");
    }

    @Test
    void withoutATokenOnlyVerifyingIsAllowed() throws Exception {
        assertThat(send("GET", "/api/certificates", "", Map.of()).statusCode()).isEqualTo(401);
        assertThat(send("GET", "/api/certificates/SAMP-LECE-RTXX", "", Map.of()).statusCode())
                .isEqualTo(200);
    }

    @Test
    void aWrongPasswordAndAnEmptyOneAreExplained() throws Exception {
        register(Map.of());
        var wrong = login("not this one", Map.of());
        assertThat(wrong.statusCode()).isEqualTo(401);
        assertThat(wrong.body()).contains("do not belong together");
        assertThat(login("", Map.of()).statusCode()).isEqualTo(400);
    }

    @Test
    void aRefreshTokenBringsTheNextAccessToken() throws Exception {
        register(Map.of());
        var refresh = found(REFRESH, login("correct horse", Map.of()));
        var next =
                send(
                        "POST",
                        "/token/refresh",
                        "{\"refresh_token\": \"" + refresh + "\"}",
                        Map.of());
        var token = Map.of("Authorization", "Bearer " + found(ACCESS, next));
        assertThat(send("GET", "/api/me", "", token).body()).contains(email);
    }

    @Test
    void tenantsShareNothing() throws Exception {
        var north = Map.of("X-Tenant-Id", "north");
        register(north);
        assertThat(login("correct horse", Map.of("X-Tenant-Id", "south")).statusCode())
                .isEqualTo(401);
        var token =
                Map.of("Authorization", "Bearer " + found(ACCESS, login("correct horse", north)));
        var issued =
                send("POST", "/api/certificates", "{\"title\": \"T\", \"holder\": \"Bo\"}", token);
        var path = "/api/certificates/" + found(CODE, issued);

        assertThat(send("GET", path, "", north).statusCode()).isEqualTo(200);
        assertThat(send("GET", path, "", Map.of("X-Tenant-Id", "south")).statusCode())
                .isEqualTo(404);
        assertThat(send("GET", path, "", Map.of()).statusCode()).isEqualTo(404);
        // The same address may have an account at each.
        register(Map.of("X-Tenant-Id", "south"));
        assertThat(login("correct horse", Map.of("X-Tenant-Id", "south")).statusCode())
                .isEqualTo(200);
    }

    /** Nobody's too: the job has no request to ask whose file it stamps. */
    @Test
    void aSubmissionIsStampedWhoseverItIs() throws Exception {
        for (var whose : List.of(Map.<String, String>of(), Map.of("X-Tenant-Id", "north"))) {
            register(whose);
            try (var browser = new Browser(port, whose)) {
                browser.submit(
                        "/login", "/login", Map.of("username", email, "password", "correct horse"));
                browser.upload("/submissions", "Mine", "application/pdf", Paper.saying("Words"));

                var link = browser.await("/submissions", Paper.LINK);

                assertThat(Paper.text(browser.download(link).body())).contains("Handed in as S-");
            }
        }
    }
}
