package dev.concertina.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The whole application over real HTTP and a real PostgreSQL, as its users meet it. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {"concertina.session.store=memory", Database.KEYS})
class RegistryTest {
    @LocalServerPort private int port;
    @Autowired private MeterRegistry meters;
    private Browser browser;

    @DynamicPropertySource
    static void database(DynamicPropertyRegistry properties) {
        Database.use(properties);
    }

    @BeforeEach
    void openBrowser() {
        browser = new Browser(port);
    }

    @AfterEach
    void closeBrowser() {
        browser.close();
    }

    @Test
    void anIssuedCertificateCanBeVerifiedByAnybody() throws Exception {
        signInAs("Grace Hopper");

        var issued =
                browser.submit(
                        "/certificates",
                        "/certificates",
                        Map.of("title", "Compilers", "holder", "Anna & Bo"));

        assertThat(issued.uri().getPath()).matches("/verify/.{4}-.{4}-.{4}");
        try (var stranger = new Browser(port)) {
            var code = issued.uri().getPath().substring("/verify/".length());
            assertThat(stranger.get("/verify/" + code).body())
                    .contains("Compilers", "Anna &amp; Bo", "Grace Hopper");
            assertThat(stranger.get("/verify?code=" + code.toLowerCase(Locale.ROOT)).body())
                    .contains("Compilers");
            assertThat(stranger.get("/api/certificates/" + code).body())
                    .contains("\"holder\":\"Anna & Bo\"", "\"issuer\":\"Grace Hopper\"");
        }
    }

    @Test
    void aRevokedCertificateIsNoLongerValidForAnybody() throws Exception {
        signInAs("Grace Hopper");
        var issued =
                browser.submit(
                        "/certificates", "/certificates", Map.of("title", "Sums", "holder", "Bo"));
        var path = issued.uri().getPath();
        var code = path.substring("/verify/".length());
        try (var stranger = new Browser(port);
                var other = new Browser(port)) {
            assertThat(stranger.get(path).body()).contains(">Valid<");
            signIn(other, "Somebody else");
            other.submit("/certificates", "/certificates/" + code + "/revoke", Map.of());
            assertThat(stranger.get(path).body()).contains(">Valid<");

            browser.submit("/certificates", "/certificates/" + code + "/revoke", Map.of());

            assertThat(stranger.get(path).body()).contains("Revoked on").doesNotContain(">Valid<");
            assertThat(browser.get("/certificates").body()).contains("revoked");
        }
    }

    @Test
    void whoeverAsksNotToBeCountedIsNot() throws Exception {
        assertThat(browser.get("/preferences").body()).contains("Your visits are counted.");
        browser.submit("/preferences", "/preferences", Map.of("counted", "false"));
        assertThat(browser.get("/preferences").body()).contains("Your visits are not counted.");
        double before = meters.counter("registry.verifications").count();
        browser.get("/verify/SAMP-LECE-RTXX");
        assertThat(meters.counter("registry.verifications").count()).isEqualTo(before);
        try (var other = new Browser(port)) {
            other.get("/verify/SAMP-LECE-RTXX");
        }
        assertThat(meters.counter("registry.verifications").count()).isEqualTo(before + 1);
    }

    @Test
    void theSheetCollectsDraftsInTheSessionAndIssuesThemTogether() throws Exception {
        signInAs("Ada");

        collect("Notes", "Luigi");
        collect("Engines", "Charles");
        assertThat(browser.get("/account").body()).contains("Welcome, <span>Ada", "2 drafts");
        var list = browser.submit("/certificates", "/certificates/sheet/issue", Map.of());

        assertThat(list.body()).contains("Notes", "Charles").doesNotContain("Your sheet");
        assertThat(browser.get("/account").body()).contains("0 drafts");
    }

    @Test
    void anAccountSeesItsOwnCertificatesOnly() throws Exception {
        signInAs("One");
        browser.submit(
                "/certificates", "/certificates", Map.of("title", "Mine alone", "holder", "H"));
        try (var other = new Browser(port)) {
            signIn(other, "Two");
            assertThat(other.get("/certificates").body())
                    .contains("None yet.")
                    .doesNotContain("Mine alone");
        }
    }

    @Test
    void pagesOfAnAccountAskStrangersToSignIn() throws Exception {
        assertThat(browser.get("/account").uri().getPath()).isEqualTo("/login");
        assertThat(browser.get("/certificates").uri().getPath()).isEqualTo("/login");
    }

    @Test
    void aFormWithoutItsTokenIsRefused() throws Exception {
        signInAs("Careless");

        assertThat(browser.post("/certificates", Map.of("title", "T", "holder", "H")).statusCode())
                .isEqualTo(403);
    }

    @Test
    void mistakesInAFormAreExplainedBesideTheField() throws Exception {
        var answer =
                browser.submit(
                        "/register",
                        "/register",
                        Map.of("name", " ", "email", "nonsense", "password", "short"));

        assertThat(answer.body())
                .contains(
                        "Enter the name your certificates should carry.",
                        "This is not an e-mail address",
                        "Use 8 to 72 characters.");
    }

    @Test
    void anAddressHasOneAccount() throws Exception {
        register(browser, "First", "twice@example.org");

        assertThat(register(browser, "Second", "Twice@Example.org").body())
                .contains("There is an account for Twice@Example.org already. Sign in instead.");
    }

    @Test
    void aWrongPasswordIsToldApartFromNothingElse() throws Exception {
        register(browser, "Known", "known@example.org");
        var wrong = Map.of("username", "known@example.org", "password", "not this one");
        var unknown = Map.of("username", "nobody@example.org", "password", "not this one");

        assertThat(browser.submit("/login", "/login", wrong).body())
                .contains("do not belong together");
        assertThat(browser.submit("/login", "/login", unknown).body())
                .contains("do not belong together");
    }

    @Test
    void theApiExplainsWhatItCannotFind() throws Exception {
        var unknown = browser.get("/api/certificates/AAAA-BBBB-CCCC");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.headers().firstValue("Content-Type"))
                .hasValue("application/problem+json");
        assertThat(unknown.body()).contains("No certificate has the code AAAA-BBBB-CCCC.");

        var malformed = browser.get("/api/certificates/12");
        assertThat(malformed.statusCode()).isEqualTo(400);
        assertThat(malformed.body()).contains("twelve letters and digits");
    }

    @Test
    void aMissingPageIsAPage() throws Exception {
        signInAs("Lost");

        assertThat(browser.get("/nowhere").body()).contains("There is no such page here.");
    }

    @Test
    void verifyingNeedsNoSession() throws Exception {
        var page = browser.get("/verify/SAMP-LECE-RTXX");

        assertThat(page.body()).contains("Ada Lovelace");
        assertThat(page.headers().allValues("Set-Cookie")).isEmpty();
        assertThat(browser.get("/verify/nonsense").statusCode()).isEqualTo(404);
    }

    @Test
    void aSubmissionIsStampedByAJobAndHandedBackByALink() throws Exception {
        signInAs("Student");
        var received =
                browser.upload(
                        "/submissions", "My thesis", "application/pdf", Paper.saying("Chapter 1"));
        assertThat(received.body()).contains("My thesis", "Received.");

        var link = browser.await("/submissions", Paper.LINK);

        var copy = browser.download(link);
        assertThat(copy.statusCode()).isEqualTo(200);
        assertThat(copy.uri().getPath()).startsWith("/files/");
        assertThat(Paper.text(copy.body())).contains("Chapter 1", "Handed in as S-");
        try (var other = new Browser(port)) {
            signIn(other, "Another");
            assertThat(other.get(link).statusCode()).isEqualTo(404);
        }
    }

    @Test
    void whatOnlyCallsItselfAPdfIsSettledToo() throws Exception {
        signInAs("Unlucky");
        var torn = "%PDF-1.7 and then nothing of the kind".getBytes(StandardCharsets.UTF_8);
        browser.upload("/submissions", "Torn", "application/pdf", torn);

        browser.await("/submissions", Pattern.compile("not a readable PDF"));
    }

    @Test
    void whatIsNoPdfIsRefusedWithAReason() throws Exception {
        signInAs("Careless");
        var text = "just words".getBytes(StandardCharsets.UTF_8);
        assertThat(browser.upload("/submissions", "Words", "text/plain", text).body())
                .contains("Only a PDF can be handed in.")
                .contains("Nothing yet.");
        assertThat(browser.upload("/submissions", " ", "application/pdf", Paper.saying("x")).body())
                .contains("Give it a title")
                .contains("Nothing yet.");
    }

    @Test
    void whatIsIssuedIsSeenLiveByAnybodyAndWhatIsPrivateIsNot() throws Exception {
        signInAs("Herald");
        try (var stranger = HttpClient.newHttpClient()) {
            var site = "http://127.0.0.1:" + port;
            var stream =
                    stranger.send(
                            HttpRequest.newBuilder(URI.create(site + "/channels/registry"))
                                    .header("Accept", "text/event-stream")
                                    .build(),
                            HttpResponse.BodyHandlers.ofLines());
            assertThat(stream.statusCode()).isEqualTo(200);
            browser.submit(
                    "/certificates", "/certificates", Map.of("title", "News", "holder", "Bo"));
            try (var lines = stream.body()) {
                assertThat(lines.anyMatch(line -> line.contains("\"title\":\"News\""))).isTrue();
            }
            var others =
                    stranger.send(
                            HttpRequest.newBuilder(URI.create(site + "/channels/account-1"))
                                    .header("Accept", "text/event-stream")
                                    .build(),
                            HttpResponse.BodyHandlers.discarding());
            assertThat(others.statusCode()).isEqualTo(404);
        }
    }

    private void collect(String title, String holder) throws IOException, InterruptedException {
        browser.submit(
                "/certificates", "/certificates/sheet", Map.of("title", title, "holder", holder));
    }

    private void signInAs(String name) throws IOException, InterruptedException {
        signIn(browser, name);
    }

    private static void signIn(Browser browser, String name)
            throws IOException, InterruptedException {
        var email = UUID.randomUUID() + "@example.org";
        register(browser, name, email);
        browser.submit("/login", "/login", Map.of("username", email, "password", "correct horse"));
    }

    private static HttpResponse<String> register(Browser browser, String name, String email)
            throws IOException, InterruptedException {
        return browser.submit(
                "/register",
                "/register",
                Map.of("name", name, "email", email, "password", "correct horse"));
    }
}
