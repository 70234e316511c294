package dev.concertina.gateway.content;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.contract.Policies.StaticFolder;
import dev.concertina.gateway.path.RequestPath;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.FileRegion;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StaticFilesTest {
    private static final Instant CHANGED = Instant.parse("2026-11-20T10:00:00.5Z");
    private static final String DATE = "Fri, 20 Nov 2026 10:00:00 GMT";
    private static final String TEN = "0123456789";

    @TempDir Path temporary;
    private Path folder;
    private ServedFolder served;
    private final ArrayDeque<Runnable> disc = new ArrayDeque<>();
    private final StaticFiles files = new StaticFiles(Runnable::run, disc::add);
    private final UnpooledByteBufAllocator alloc = new UnpooledByteBufAllocator(true);
    private long now;

    @BeforeEach
    void folder() throws IOException {
        folder = Files.createDirectories(temporary.resolve("site"));
        served = served(Duration.ofHours(1));
        write("ten.txt", TEN);
        write("sub/index.html", "<p>sub");
        Files.writeString(temporary.resolve("secret.txt"), "secret");
    }

    @AfterEach
    void close() {
        files.close();
    }

    private ServedFolder served(Duration cache) {
        return new ServedFolder(new StaticFolder("/static/", folder.toString(), cache, false));
    }

    private Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setLastModifiedTime(file, FileTime.from(CHANGED));
        return file;
    }

    private static RequestPath path(String text) {
        RequestPath path = new RequestPath();
        path.read(text);
        return path;
    }

    private FileAnswer ask(String path, FileRequest request) {
        List<FileAnswer> answers = new ArrayList<>();
        files.answer(served, path(path), request, now, answers::add);
        while (!disc.isEmpty()) {
            disc.poll().run();
        }
        assertThat(answers).hasSize(1);
        return answers.getFirst();
    }

    private FileAnswer get(String path) {
        return ask(path, FileRequest.get());
    }

    private static FileRequest range(String range) {
        return new FileRequest(false, null, 0, null, null, null, null, null, range);
    }

    private static FileRequest accepting(String encodings) {
        return new FileRequest(
                false, null, AcceptedTest.accepted(encodings), null, null, null, null, null, null);
    }

    private static String field(FileAnswer answer, String name) {
        return answer.fields().stream()
                .filter(field -> field.name().equals(name))
                .map(FileAnswer.Field::value)
                .reduce((one, other) -> one + " and " + other)
                .orElse("none");
    }

    private String body(FileAnswer answer) throws IOException {
        FileBody body = answer.body().orElseThrow();
        StringBuilder text = new StringBuilder();
        while (body.remaining() > 0) {
            ByteBuf octets = body.read(alloc, 4);
            text.append(octets.toString(UTF_8));
            octets.release();
        }
        body.release();
        return text.toString();
    }

    @Test
    void aFileIsAnsweredWithAllThatIsKnownOfIt() throws IOException {
        FileAnswer answer = get("/static/ten.txt");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(body(answer)).isEqualTo(TEN);
        assertThat(field(answer, "Content-Type")).isEqualTo("text/plain; charset=utf-8");
        assertThat(field(answer, "Content-Length")).isEqualTo("10");
        assertThat(field(answer, "Accept-Ranges")).isEqualTo("bytes");
        assertThat(field(answer, "Last-Modified")).isEqualTo(DATE);
        assertThat(field(answer, "Cache-Control")).isEqualTo("max-age=3600");
        assertThat(field(answer, "ETag")).matches("\"[\\w-]{16}\"");
        assertThat(field(answer, "Vary")).isEqualTo("none");
    }

    @Test
    void headHasTheFieldsAndNoBody() {
        FileRequest head = new FileRequest(true, null, 0, null, null, null, null, null, "bytes=1-");
        FileAnswer answer = ask("/static/ten.txt", head);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(field(answer, "Content-Length")).isEqualTo("10");
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void zeroCachingMeansAskingEveryTime() {
        served = served(Duration.ZERO);
        FileAnswer answer = get("/static/ten.txt");
        assertThat(field(answer, "Cache-Control")).isEqualTo("no-cache");
        answer.body().orElseThrow().release();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/static/none.txt",
                "/static/ten.txt/",
                "/static/ten.txt/x",
                "/static/sub/none/",
                "/static/../secret.txt",
                "/static/..%2fsecret.txt",
                "/static/%2e%2e/secret.txt",
                "/static/sub/../../secret.txt",
                "/static/..;/secret.txt",
                "/static/..\\secret.txt",
                "/static/..%5Csecret.txt",
                "/static/%5C..%5Csecret.txt",
                "/static//ten.txt",
                "/static/%2Fetc/passwd",
                "/static/ten.txt%00",
                "/static/ten.txt%00.html",
                "/static/ten.txt%0A",
                "/static/C:/x",
                "/static/ten.txt::$DATA",
                "/static/ten.txt;x",
                "/static/%FF",
                "/static/.git/config",
                "/static/sub/.env",
                "/static/%2Eenv",
                "/static/out.txt",
                "/static/outside/secret.txt",
                "/static/within-hidden.txt",
                "/static/pipe",
                "/static/empty/"
            })
    void nothingLeadsOutOfTheFolder(String path) throws Exception {
        write(".git/config", "hidden");
        write("sub/.env", "hidden");
        write(".env", "hidden");
        Files.createDirectories(folder.resolve("empty"));
        Files.createSymbolicLink(folder.resolve("out.txt"), temporary.resolve("secret.txt"));
        Files.createSymbolicLink(folder.resolve("outside"), temporary);
        Files.createSymbolicLink(folder.resolve("within-hidden.txt"), folder.resolve(".env"));
        new ProcessBuilder("mkfifo", folder.resolve("pipe").toString()).start().waitFor();
        FileAnswer answer = get(path);
        assertThat(answer.isAbsent()).isTrue();
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void linksWithinTheFolderAndNamesOfAnyLanguageAreFine() throws IOException {
        Files.createSymbolicLink(folder.resolve("link.txt"), folder.resolve("ten.txt"));
        write("a b.txt", "space");
        write(".well-known/security.txt", "known");
        assertThat(body(get("/static/link.txt"))).isEqualTo(TEN);
        assertThat(body(get("/static/a%20b.txt"))).isEqualTo("space");
        assertThat(body(get("/static/%74en.txt"))).isEqualTo(TEN);
        assertThat(body(get("/static/.well-known/security.txt"))).isEqualTo("known");
    }

    @Test
    void aFolderShowsItsIndexUnderItsOwnPath() throws IOException {
        assertThat(body(get("/static/sub/"))).isEqualTo("<p>sub");
        assertThat(get("/static/").isAbsent()).isTrue();
        FileAnswer moved = get("/static/sub");
        assertThat(moved.status()).isEqualTo(308);
        assertThat(field(moved, "Location")).isEqualTo("/static/sub/");
        assertThat(field(get("/static"), "Location")).isEqualTo("/static/");
    }

    @Test
    void aRedirectIsEncodedAndKeepsTheQuery() throws IOException {
        write("a b/index.html", "x");
        FileRequest query = new FileRequest(false, "q=1", 0, null, null, null, null, null, null);
        assertThat(field(ask("/static/a%20b", query), "Location")).isEqualTo("/static/a%20b/?q=1");
    }

    @Test
    void matchesWhatLiesBelowItsPath() {
        assertThat(served.matches(path("/static/x"))).isTrue();
        assertThat(served.matches(path("/static"))).isTrue();
        assertThat(served.matches(path("/x/../static/y"))).isTrue();
        assertThat(served.matches(path("/staticx"))).isFalse();
        assertThat(served.matches(path("/static/../api"))).isFalse();
        assertThat(served.matches(path("/stati"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bytes=0-0 | 206 | bytes 0-0/10 | 0",
                "bytes=2-4 | 206 | bytes 2-4/10 | 234",
                "bytes=8- | 206 | bytes 8-9/10 | 89",
                "bytes=8-99 | 206 | bytes 8-9/10 | 89",
                "bytes=-3 | 206 | bytes 7-9/10 | 789",
                "bytes=-30 | 206 | bytes 0-9/10 | 0123456789",
                "BYTES=1-1 | 206 | bytes 1-1/10 | 1",
                "bytes=10- | 416 | bytes */10 | none",
                "bytes=-0 | 416 | bytes */10 | none",
                "bytes=99999999999999999999- | 416 | bytes */10 | none",
                "bytes=4-2 | 200 | none | 0123456789",
                "bytes=0-1,4-5 | 200 | none | 0123456789",
                "bytes=a-b | 200 | none | 0123456789",
                "bytes=- | 200 | none | 0123456789",
                "bytes=5 | 200 | none | 0123456789",
                "bytes=--5 | 200 | none | 0123456789",
                "lines=0-1 | 200 | none | 0123456789",
                "'' | 200 | none | 0123456789"
            })
    void aRangeIsAnsweredAsRfc9110Says(String range, int status, String contentRange, String text)
            throws IOException {
        FileAnswer answer = ask("/static/ten.txt", range(range));
        assertThat(answer.status()).isEqualTo(status);
        assertThat(field(answer, "Content-Range")).isEqualTo(contentRange);
        assertThat(answer.body().isPresent() ? body(answer) : "none").isEqualTo(text);
        if (status != 416) {
            assertThat(field(answer, "Content-Length")).isEqualTo(String.valueOf(text.length()));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "TAG | - | - | - | 304",
                "W/TAG | - | - | - | 304",
                "\"a,b\", TAG | - | - | - | 304",
                "* | - | - | - | 304",
                "\"other\" | - | - | - | 200",
                "broken | - | - | - | 200",
                "- | SAME | - | - | 304",
                "- | LATER | - | - | 304",
                "- | EARLIER | - | - | 200",
                "- | nonsense | - | - | 200",
                "\"other\" | SAME | - | - | 200",
                "- | - | TAG | - | 200",
                "- | - | * | - | 200",
                "- | - | W/TAG | - | 412",
                "- | - | \"other\" | - | 412",
                "- | - | - | SAME | 200",
                "- | - | - | EARLIER | 412",
                "- | - | TAG | EARLIER | 200",
                "- | - | - | nonsense | 200"
            })
    void conditionsAreJudgedInTheOrderOfRfc9110(
            @Nullable String ifNoneMatch,
            @Nullable String ifModifiedSince,
            @Nullable String ifMatch,
            @Nullable String ifUnmodifiedSince,
            int status) {
        String tag = tag();
        FileAnswer answer =
                ask(
                        "/static/ten.txt",
                        new FileRequest(
                                false,
                                null,
                                0,
                                named(ifMatch, tag),
                                named(ifUnmodifiedSince, tag),
                                named(ifNoneMatch, tag),
                                named(ifModifiedSince, tag),
                                null,
                                null));
        assertThat(answer.status()).isEqualTo(status);
        if (status == 304) {
            assertThat(field(answer, "ETag")).isEqualTo(tag);
            assertThat(field(answer, "Content-Length")).isEqualTo("none");
        }
        answer.body().ifPresent(FileBody::release);
    }

    private String tag() {
        FileAnswer answer = get("/static/ten.txt");
        answer.body().orElseThrow().release();
        return field(answer, "ETag");
    }

    private static @Nullable String named(@Nullable String text, String tag) {
        return text == null
                ? null
                : text.replace("TAG", tag)
                        .replace("SAME", "Friday, 20-Nov-26 10:00:00 GMT")
                        .replace("LATER", "Fri, 20 Nov 2026 10:00:01 GMT")
                        .replace("EARLIER", "Fri Nov 20 09:59:59 2026");
    }

    @ParameterizedTest
    @CsvSource({
        "TAG, 206",
        "W/TAG, 200",
        "'\"other\"', 200",
        "'Fri, 20 Nov 2026 10:00:00 GMT', 206",
        "'Fri, 20 Nov 2026 10:00:01 GMT', 200",
        "nonsense, 200"
    })
    void aPartIsSentOnlyOfWhatTheClientHas(String ifRange, int status) {
        String value = ifRange.replace("TAG", tag());
        FileRequest request =
                new FileRequest(false, null, 0, null, null, null, null, value, "bytes=1-2");
        FileAnswer answer = ask("/static/ten.txt", request);
        assertThat(answer.status()).isEqualTo(status);
        answer.body().orElseThrow().release();
    }

    @Test
    void anEncodedSiblingIsTakenByWhoAcceptsIt() throws IOException {
        write("ten.txt.gz", "gzipped");
        write("ten.txt.br", "brotli");
        FileAnswer plain = get("/static/ten.txt");
        assertThat(body(plain)).isEqualTo(TEN);
        assertThat(field(plain, "Vary")).isEqualTo("Accept-Encoding");
        FileAnswer gzip = ask("/static/ten.txt", accepting("gzip"));
        assertThat(body(gzip)).isEqualTo("gzipped");
        assertThat(field(gzip, "Content-Encoding")).isEqualTo("gzip");
        assertThat(field(gzip, "Content-Type")).isEqualTo("text/plain; charset=utf-8");
        assertThat(field(gzip, "ETag")).isNotEqualTo(field(plain, "ETag"));
        FileAnswer br = ask("/static/ten.txt", accepting("gzip, br"));
        assertThat(body(br)).isEqualTo("brotli");
        FileAnswer direct = get("/static/ten.txt.gz");
        assertThat(body(direct)).isEqualTo("gzipped");
        assertThat(field(direct, "Content-Encoding")).isEqualTo("none");
    }

    @Test
    void anEncodedSiblingThatIsOlderIsOfSomethingElse() throws IOException {
        Path old = write("ten.txt.gz", "gzipped");
        Files.setLastModifiedTime(old, FileTime.from(CHANGED.minusSeconds(1)));
        assertThat(body(ask("/static/ten.txt", accepting("gzip")))).isEqualTo(TEN);
    }

    @Test
    void whatWasFoundIsBelievedForASecond() throws IOException {
        assertThat(body(get("/static/ten.txt"))).isEqualTo(TEN);
        List<FileAnswer> answers = new ArrayList<>();
        files.answer(served, path("/static/ten.txt"), FileRequest.get(), now, answers::add);
        assertThat(disc).isEmpty();
        assertThat(body(answers.getFirst())).isEqualTo(TEN);

        replace("ten.txt", "replaced");
        assertThat(body(get("/static/ten.txt"))).isEqualTo(TEN);
        now += Duration.ofSeconds(1).toNanos();
        FileAnswer changed = get("/static/ten.txt");
        assertThat(body(changed)).isEqualTo("replaced");
    }

    private void replace(String name, String text) throws IOException {
        Path next = write(name + ".new", text);
        Files.move(next, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void aBodyUnderWayGoesOnFromTheFileItBeganWith() throws IOException {
        FileAnswer begun = get("/static/ten.txt");
        replace("ten.txt", "replaced");
        now += Duration.ofSeconds(1).toNanos();
        assertThat(body(get("/static/ten.txt"))).isEqualTo("replaced");
        assertThat(body(begun)).isEqualTo(TEN);
    }

    @Test
    void anotherFileOfTheSameSizeAndTimeHasAnotherTag() throws IOException {
        String before = tag();
        replace("ten.txt", "9876543210");
        now += Duration.ofSeconds(1).toNanos();
        assertThat(tag()).isNotEqualTo(before);
    }

    @Test
    void manyWhoAskAtOnceWaitForOneLook() {
        List<FileAnswer> answers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            files.answer(served, path("/static/ten.txt"), FileRequest.get(), now, answers::add);
        }
        assertThat(disc).hasSize(1);
        disc.remove().run();
        assertThat(answers).hasSize(5);
        answers.forEach(answer -> answer.body().orElseThrow().release());
    }

    @Test
    void aFileIsClosedWhenNobodyUsesIt() throws IOException {
        OpenFile open = openFile("ten.txt");
        FileBody body = open.body(new Selection(200, 0, 10)).orElseThrow();
        open.release();
        assertThat(open.channel().isOpen()).isTrue();
        FileRegion region = body.region();
        body.release();
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        region.transferTo(Channels.newChannel(sent), 0);
        assertThat(sent).hasToString(TEN);
        region.release();
        assertThat(open.channel().isOpen()).isFalse();
    }

    private OpenFile openFile(String name) {
        Found found = new FileLookup(folder, name, 0).find(null);
        return ((Found.File) found).file();
    }

    @Test
    void aFileThatBecomesShorterIsNotPassedOffAsWhole() throws IOException {
        FileAnswer answer = get("/static/ten.txt");
        Files.writeString(folder.resolve("ten.txt"), "01234");
        FileBody body = answer.body().orElseThrow();
        assertThatThrownBy(() -> body.read(alloc, 100)).isInstanceOf(EOFException.class);
        body.release();
        assertThat(alloc.metric().usedDirectMemory()).isZero();
    }

    @Test
    void manyNamesDoNotKeepManyFilesOpen() throws IOException {
        long before = openFiles();
        for (int i = 0; i < 300; i++) {
            write("many/" + i, "x");
            get("/static/many/" + i).body().orElseThrow().release();
        }
        assertThat(openFiles() - before).isBetween(200L, 280L);
        now += Duration.ofSeconds(16).toNanos();
        files.expire(now);
        assertThat(openFiles() - before).isLessThan(20L);
    }

    private long openFiles() throws IOException {
        try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.filter(this::isOurs).count();
        }
    }

    private boolean isOurs(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).startsWith(folder);
        } catch (IOException gone) {
            return false;
        }
    }

    @Test
    void aFolderThatCannotBeIsRefusedByName() {
        assertThatThrownBy(() ->
                        new ServedFolder(new StaticFolder("/a", "/srv", Duration.ZERO, false)))
                .hasMessageContaining("folder path '/a' is not a plain path");
        assertThatThrownBy(() ->
                        new ServedFolder(new StaticFolder("/a/", "srv", Duration.ZERO, false)))
                .hasMessage("folder 'srv' is not absolute. Begin it with '/'.");
    }
}
