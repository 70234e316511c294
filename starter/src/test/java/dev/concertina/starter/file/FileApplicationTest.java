package dev.concertina.starter.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.instance.Check;
import dev.concertina.starter.testing.Served;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two instances of an application over one folder. */
class FileApplicationTest {
    private static final String KEY =
            "--concertina.session.keys=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

    @TempDir static Path folder;

    private static Served one;
    private static Served other;

    @BeforeAll
    static void start() {
        one = run();
        other = run();
    }

    private static Served run() {
        return Served.start(
                FileApplication.class,
                KEY,
                "--concertina.session.store=memory",
                "--concertina.file.store=local",
                "--concertina.file.local.directory=" + folder.resolve("files"),
                "--concertina.file.size-max=1MB",
                "--concertina.file.forms=/open/form",
                "--spring.servlet.multipart.location=" + folder,
                "--management.tracing.export.enabled=false");
    }

    @AfterAll
    static void stop() {
        one.close();
        other.close();
    }

    private static HttpResponse<String> put(String path, String body, String... fields) {
        return one.send("PUT", path, body, fields);
    }

    private static String id(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body().split(" ")[0];
    }

    private static String sha256(String text) {
        var hash = new Sha256();
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        hash.add(bytes, 0, bytes.length);
        return hash.hex();
    }

    @Test
    void whatOneInstanceTookTheOtherGives() {
        var answer = put("/open/put/notes.txt", "some notes", "Content-Type", "text/plain");
        var id = id(answer);
        assertThat(answer.body()).endsWith(" 10 " + sha256("some notes") + " text/plain");
        assertThat(other.get("/open/find/" + id).body()).isEqualTo(answer.body());
        assertThat(other.get("/open/hash/" + id).body()).isEqualTo("10 " + sha256("some notes"));
        assertThat(other.get("/open/serve/" + id).body()).isEqualTo("some notes");
        assertThat(one.send("DELETE", "/open/" + id, "").body()).isEqualTo("true");
        assertThat(other.get("/open/find/" + id).body()).isEqualTo("none");
        assertThat(other.get("/open/serve/" + id).statusCode()).isEqualTo(404);
    }

    @Test
    void aLinkOfOneInstanceIsGoodAtTheOtherWithoutALogin() {
        var id = id(put("/open/put/r%C3%A9sum%C3%A9.pdf", "%PDF-1.7 x"));
        var link = one.get("/open/link/" + id).body();
        assertThat(link).startsWith("/files/_/" + id + "/r%C3%A9sum%C3%A9.pdf?until=");
        var answer = other.get(link);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("%PDF-1.7 x");
        var fields = answer.headers();
        assertThat(fields.firstValue("Content-Type")).contains("application/pdf");
        assertThat(fields.firstValue("ETag")).contains('"' + sha256("%PDF-1.7 x") + '"');
        assertThat(fields.firstValue("Accept-Ranges")).contains("bytes");
        assertThat(fields.firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(fields.firstValue("Content-Security-Policy").orElse("")).contains("sandbox");
        assertThat(fields.firstValue("Cache-Control").orElse("")).startsWith("private, max-age=");
        assertThat(fields.firstValue("Content-Disposition").orElse(""))
                .startsWith("attachment")
                .contains("filename*=UTF-8''r%C3%A9sum%C3%A9.pdf");
        // Links are the only way past the login.
        assertThat(one.get("/elsewhere").statusCode()).isEqualTo(403);
    }

    @Test
    void aLinkServesRangesTagsAndHeads() {
        var text = "0123456789";
        var link = one.get("/open/link/" + id(put("/open/put/d.txt", text))).body();
        var part = other.get(link, "Range", "bytes=2-4");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo("234");
        assertThat(part.headers().firstValue("Content-Range")).contains("bytes 2-4/10");
        assertThat(other.get(link, "Range", "bytes=-3").body()).isEqualTo("789");
        assertThat(other.get(link, "Range", "bytes=8-").body()).isEqualTo("89");
        assertThat(other.get(link, "Range", "bytes=5-99").body()).isEqualTo("56789");
        var beyond = other.get(link, "Range", "bytes=10-");
        assertThat(beyond.statusCode()).isEqualTo(416);
        assertThat(beyond.headers().firstValue("Content-Range")).contains("bytes */10");
        assertThat(other.get(link, "Range", "bytes=0-1,4-5").body()).isEqualTo(text);
        assertThat(other.get(link, "Range", "lines=1-2").statusCode()).isEqualTo(200);
        var tag = '"' + sha256(text) + '"';
        assertThat(other.get(link, "If-None-Match", "\"x\", W/" + tag).statusCode()).isEqualTo(304);
        assertThat(other.get(link, "Range", "bytes=1-1", "If-Range", tag).body()).isEqualTo("1");
        assertThat(other.get(link, "Range", "bytes=1-1", "If-Range", "\"old\"").body())
                .isEqualTo(text);
        var head = other.send("HEAD", link, "");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("Content-Length")).contains("10");
        assertThat(other.send("DELETE", link, "").statusCode()).isEqualTo(405);
        assertThat(other.send("PUT", link, "x").statusCode()).isEqualTo(405);
    }

    @Test
    void anAlteredLinkLeadsNowhere() {
        var id = id(put("/open/put/a.txt", "private"));
        var link = one.get("/open/link/" + id).body();
        assertThat(one.get(link).statusCode()).isEqualTo(200);
        int refused = 0;
        for (int i = "/files/".length(); i < link.length(); i++) {
            char c = link.charAt(i);
            var altered = link.substring(0, i) + (c == 'a' ? 'b' : 'a') + link.substring(i + 1);
            assertThat(one.get(altered).statusCode()).as(altered).isBetween(400, 404);
            refused++;
        }
        assertThat(refused).isGreaterThan(80);
        for (var altered :
                new String[] {
                    link + "&as=inline",
                    link + "A",
                    link.replace("?", "?x=1&"),
                    link.replace("attachment", "inline"),
                    link.substring(0, link.indexOf("&mark")),
                    "/files/_/" + id + "/a.txt",
                    "/files/",
                    "/files/_/../" + id + "?until=99999999999&as=inline&mark="
                }) {
            assertThat(one.get(altered).statusCode()).as(altered).isBetween(400, 404);
        }
    }

    @Test
    void anExpiredLinkIsRefusedAndSaysSo() {
        var id = id(put("/open/put/a.txt", "private"));
        var link = one.get("/open/link/" + id + "?seconds=1").body();
        long deadline = System.nanoTime() + 30_000_000_000L;
        HttpResponse<String> answer;
        do {
            answer = other.get(link);
        } while (answer.statusCode() == 200 && System.nanoTime() < deadline);
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).contains("Link expired");
        // One that lives too long is the programmer's mistake.
        assertThat(one.get("/open/link/" + id + "?seconds=9999999").statusCode()).isEqualTo(500);
    }

    @Test
    void whatIsTooLargeIsRefusedBeforeAndWhileItIsRead() {
        var large = "x".repeat(1024 * 1024 + 1);
        var refused = put("/open/put/large.txt", large);
        assertThat(refused.statusCode()).isEqualTo(413);
        assertThat(put("/open/picture/p.png", "x".repeat(20_000)).statusCode()).isEqualTo(413);
        var form = form("file", "large.txt", "text/plain", large);
        assertThat(form.statusCode()).isEqualTo(413);
    }

    @Test
    void whatIsOfAnotherTypeIsRefused() {
        assertThat(put("/open/picture/p.png", "text", "Content-Type", "text/plain").statusCode())
                .isEqualTo(415);
        // A lie.
        assertThat(
                        put("/open/picture/p.png", "<html><script>", "Content-Type", "image/png")
                                .statusCode())
                .isEqualTo(415);
        assertThat(put("/open/picture/p", "<svg onload=x>", "Content-Type", "image/x").statusCode())
                .isEqualTo(415);
        // Undeclared counts as what it is.
        var gif = one.send("PUT", "/open/picture/p", "GIF89a....");
        assertThat(gif.body()).endsWith(" image/gif");
    }

    @Test
    void whatArrivesDamagedIsRefused() {
        var right = Base64.getEncoder().encodeToString(HexFormat.of().parseHex(sha256("hello")));
        var wrong = Base64.getEncoder().encodeToString(HexFormat.of().parseHex(sha256("other")));
        assertThat(
                        put("/open/put/a", "hello", "Repr-Digest", "sha-256=:" + right + ":")
                                .statusCode())
                .isEqualTo(200);
        assertThat(
                        put("/open/put/a", "hello", "Repr-Digest", "sha-256=:" + wrong + ":")
                                .statusCode())
                .isEqualTo(400);
    }

    private static HttpResponse<String> form(
            String field, String name, String type, String content) {
        var body =
                "--limit\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nA title\r\n"
                        + "--limit\r\nContent-Disposition: form-data; name=\""
                        + field
                        + "\"; filename=\""
                        + name
                        + "\"\r\nContent-Type: "
                        + type
                        + "\r\n\r\n"
                        + content
                        + "\r\n--limit--\r\n";
        return one.send(
                "POST",
                "/open/form?page=7",
                body,
                "Content-Type",
                "multipart/form-data; boundary=limit");
    }

    @Test
    void aFormIsReadAsItArrivesAndTheContainerKeepsNothing() throws Exception {
        var answer = form("file", "C:\\scans\\one.txt", "text/plain", "content");
        assertThat(answer.body()).startsWith("page 7\ntitle A title\nfile ");
        var id = answer.body().split(" ")[4];
        assertThat(other.get("/open/find/" + id).body()).contains(sha256("content"));
        assertThat(other.get("/open/link/" + id).body()).contains("/one.txt?");
        try (var all = java.nio.file.Files.list(folder)) {
            assertThat(all.filter(path -> path.toString().contains("upload_"))).isEmpty();
        }
    }

    @Test
    void aBadFormIsRefused() {
        for (var body : new String[] {"", "no boundary", "--limit", "--limit\r\nx"}) {
            var answer =
                    one.send(
                            "POST",
                            "/open/form",
                            body,
                            "Content-Type",
                            "multipart/form-data; boundary=limit");
            assertThat(answer.statusCode()).as(body).isEqualTo(400);
        }
        assertThat(one.send("POST", "/open/form", "a=b", "Content-Type", "text/plain").statusCode())
                .isEqualTo(415);
    }

    @Test
    void aTenantsFilesAreAPlaceOfTheirOwn() {
        var id = id(put("/open/put/a", "nobody's"));
        assertThat(one.get("/open/of/acme/" + id).body()).isEqualTo("none");
    }

    @Test
    void anIdThatIsNoneFindsNothing() {
        for (var id :
                new String[] {"x", "..%2F..%2Fetc%2Fpasswd", "0".repeat(31), "A".repeat(32)}) {
            assertThat(one.get("/open/find/" + id).body()).doesNotContain("root");
        }
        assertThat(one.get("/open/find/" + "0".repeat(32)).body()).isEqualTo("none");
    }

    @Test
    void metricsAndHealthTellOfThem() {
        var registry = one.bean(MeterRegistry.class);
        var stored = registry.get("concertina.file.uploads").tag("outcome", "stored");
        double before = stored.functionCounter().count();
        put("/open/put/a", "counted");
        assertThat(stored.functionCounter().count()).isEqualTo(before + 1);
        assertThat(one.context().getBeansOfType(Check.class).values())
                .anyMatch(check -> check.name().equals("files") && check.find().up());
        assertThat(one.get("/health").body()).contains("\"files\"");
    }
}
