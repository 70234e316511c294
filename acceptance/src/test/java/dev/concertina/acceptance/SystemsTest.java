package dev.concertina.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The sample as each of the five systems. */
class SystemsTest {
    private static final Path SYSTEMS = Workspace.root().resolve("samples/registry/systems");
    private static final int PAPERS = 6;
    private static final Pattern CSRF = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"");
    private static final Pattern ACTION = Pattern.compile("action=\"(/submissions[^\"]*)\"");
    private static final Pattern COPY = Pattern.compile("/submissions/\\d+/file");

    /** One blank page; nobody minds that its table of contents is missing. */
    private static final String PDF =
            "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
                    + "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
                    + "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>endobj\n"
                    + "trailer<</Root 1 0 R>>\n%%EOF\n";

    static List<String> systems() throws IOException {
        try (var files = Files.list(SYSTEMS)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void allFiveAreRight(@TempDir Path directory) throws Exception {
        assertThat(systems())
                .containsExactly(
                        "certificates.yaml",
                        "cms.yaml",
                        "nocturnal.yaml",
                        "radar.yaml",
                        "submissions.yaml");
        try (var workspace = new Workspace(directory)) {
            for (var system : systems()) {
                workspace.run("check", "-f", SYSTEMS.resolve(system).toString()).hasExit(0);
            }
        }
    }

    /** Without a Redis: sessions, files and jobs are in PostgreSQL, and an instance is killed. */
    @Test
    void whatIsHandedInIsStampedWhoeverIsKilled(@TempDir Path directory) throws Exception {
        try (var workspace = new Workspace(directory)) {
            workspace.sampleManifest("systems/submissions.yaml");
            workspace.run("up", "-d").hasExit(0);
            var site = URI.create(workspace.awaitReady(3).get("address").asString());
            try (var student = new Student(site)) {
                student.signIn();
                long victim = workspace.status().get("instances").get(1).get("pid").asLong();
                for (int i = 0; i < PAPERS; i++) {
                    student.handIn("Paper " + i);
                    if (i == PAPERS / 2) {
                        assertThat(ProcessHandle.of(victim).orElseThrow().destroyForcibly())
                                .isTrue();
                    }
                }

                Workspace.await(
                        Duration.ofMinutes(2),
                        student::hasAll,
                        () -> "not all are stamped: " + student.get("/submissions"));
                for (var copy : student.copies()) {
                    assertThat(student.get(copy)).startsWith("%PDF-").contains("%%EOF");
                }
            }
            workspace.run("down").hasExit(0);
            assertThat(workspace.processes()).isEmpty();
        }
    }

    /** What "works" means: the verifier finds nothing, on real processes. */
    @ParameterizedTest
    @MethodSource("systems")
    @EnabledIfSystemProperty(named = "soak", matches = "true")
    void eachWorks(String system, @TempDir Path directory) throws Exception {
        try (var workspace = new Workspace(directory)) {
            var manifest = workspace.sampleManifest("systems/" + system);
            Files.writeString(
                    manifest,
                    Files.readString(manifest)
                            .replace(
                                    "../src/main/resources",
                                    SYSTEMS.resolve("../src/main/resources").toString()));
            var verdict = workspace.run("verify", "--json").hasExit(0).json();
            assertThat(verdict.get("verdict").asString()).isEqualTo("PASS");
            assertThat(workspace.processes()).isEmpty();
        }
    }

    /** A person with a browser. */
    private static final class Student implements AutoCloseable {
        private final URI site;
        private final HttpClient client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .cookieHandler(new CookieManager())
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .build();

        Student(URI site) {
            this.site = site;
        }

        String get(String path) {
            return send(HttpRequest.newBuilder(site.resolve(path)).header("Accept", "text/html"));
        }

        void signIn() {
            form(
                    "/register",
                    Map.of(
                            "name", "Student",
                            "email", "student@example.org",
                            "password", "correct horse"));
            form("/login", Map.of("username", "student@example.org", "password", "correct horse"));
        }

        private void form(String path, Map<String, String> typed) {
            var token = found(CSRF, get(path));
            var body =
                    typed.entrySet().stream()
                            .map(field -> field.getKey() + "=" + encoded(field.getValue()))
                            .collect(Collectors.joining("&", "_csrf=" + encoded(token) + "&", ""));
            send(
                    HttpRequest.newBuilder(site.resolve(path))
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(BodyPublishers.ofString(body)));
        }

        void handIn(String title) {
            var action = found(ACTION, get("/submissions")).replace("&amp;", "&");
            var body =
                    "--limit\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\n"
                            + title
                            + "\r\n--limit\r\nContent-Disposition: form-data; name=\"file\";"
                            + " filename=\"mine.pdf\"\r\nContent-Type: application/pdf\r\n\r\n"
                            + PDF
                            + "\r\n--limit--\r\n";
            var answer =
                    send(
                            HttpRequest.newBuilder(site.resolve(action))
                                    .header("Content-Type", "multipart/form-data; boundary=limit")
                                    .POST(BodyPublishers.ofString(body)));
            assertThat(answer).contains("Received.", title);
        }

        /** Whose answer was lost was handed in again, so there may be more. */
        boolean hasAll() {
            return copies().size() >= PAPERS && !get("/submissions").contains("RECEIVED");
        }

        /** Addresses of what has its stamp. */
        Set<String> copies() {
            return COPY.matcher(get("/submissions"))
                    .results()
                    .map(found -> found.group())
                    .collect(Collectors.toCollection(TreeSet::new));
        }

        // The manifest lets two through in a second. One that is refused is sent again, without
        // the one that led to it.
        private String send(HttpRequest.Builder request) {
            var answer = new String[1];
            var onwards = new AtomicReference<Optional<URI>>(Optional.empty());
            Workspace.await(
                    Duration.ofMinutes(1),
                    () -> {
                        try {
                            var response =
                                    client.send(
                                            request.build(),
                                            BodyHandlers.ofString(StandardCharsets.ISO_8859_1));
                            answer[0] = response.statusCode() + "\n" + response.body();
                            if (response.statusCode() == 200) {
                                answer[0] = response.body();
                            }
                            onwards.set(
                                    response.headers()
                                            .firstValue("Location")
                                            .map(response.uri()::resolve));
                            return response.statusCode() == 200 || onwards.get().isPresent();
                        } catch (IOException e) {
                            answer[0] = e.toString();
                            return false;
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                            throw new AssertionError("interrupted", e);
                        }
                    },
                    () -> "no answer but " + answer[0]);
            return onwards.get()
                    .map(next -> send(HttpRequest.newBuilder(next).header("Accept", "text/html")))
                    .orElse(answer[0]);
        }

        private static String found(Pattern pattern, String page) {
            var matcher = pattern.matcher(page);
            assertThat(matcher.find()).as(page).isTrue();
            return matcher.group(1);
        }

        private static String encoded(String text) {
            return URLEncoder.encode(text, StandardCharsets.UTF_8);
        }

        @Override
        public void close() {
            client.close();
        }
    }
}
