package dev.concertina.gateway.content;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.contract.Policies.Compression;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompressibilityTest {
    private static final CompressionRules RULES =
            CompressionRules.of(
                    new Compression(
                            List.of("br", "gzip"),
                            List.of("text/", "application/json", "image/svg+xml"),
                            100));
    private static final long GZIP = AcceptedTest.accepted("gzip");

    private final Compressibility response = new Compressibility();

    private @Nullable Coding choose(int status, boolean head, long length, String... fields) {
        response.begin(RULES);
        for (String field : fields) {
            byte[] octets = field.getBytes(ISO_8859_1);
            int colon = field.indexOf(':');
            response.field(octets, 0, colon, colon + 2, octets.length);
        }
        return response.choose(GZIP, status, head, length);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/html",
                "Text/Plain; charset=utf-8",
                "application/json",
                "application/JSON ;charset=utf-8",
                "image/svg+xml"
            })
    void whatGainsIsCompressed(String type) {
        assertThat(choose(200, false, 100, "Content-Type: " + type)).isEqualTo(Coding.GZIP);
        assertThat(choose(404, false, -1, "content-type: " + type)).isEqualTo(Coding.GZIP);
        assertThat(response.variesNow()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"image/png", "application/jsonp", "application/jso", "texts/x", ""})
    void whatDoesNotGainStays(String type) {
        assertThat(choose(200, false, 1000, "Content-Type: " + type)).isNull();
        assertThat(response.variesNow()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Encoding: br",
                "Cache-Control: private, no-transform",
                "CACHE-CONTROL: No-Transform",
                "Content-Range: bytes 0-9/100",
                "Content-MD5: abc",
                "Digest: sha-256=abc",
                "Repr-Digest: sha-256=:abc:",
                "Content-Digest: sha-256=:abc:"
            })
    void whatMustNotBeChangedIsNot(String field) {
        assertThat(choose(200, false, 1000, "Content-Type: text/html", field)).isNull();
        assertThat(response.variesNow()).isFalse();
    }

    @Test
    void identityIsNoEncoding() {
        String[] fields = {"Content-Type: text/html", "Content-Encoding: identity"};
        assertThat(choose(200, false, 1000, fields)).isEqualTo(Coding.GZIP);
    }

    @Test
    void aResponseWithoutABodyOrWithAPartOfOneStays() {
        for (int status : new int[] {101, 204, 205, 206, 304}) {
            assertThat(choose(status, false, -1, "Content-Type: text/html")).isNull();
        }
        assertThat(choose(200, true, 1000, "Content-Type: text/html")).isNull();
        assertThat(choose(200, false, 99, "Content-Type: text/html")).isNull();
        assertThat(choose(200, false, 0, "Content-Type: text/html")).isNull();
    }

    @Test
    void cachesLearnThatItVariesWhoeverAsks() {
        response.begin(RULES);
        choose(200, true, 1000, "Content-Type: text/html");
        assertThat(response.variesNow()).isTrue();
        choose(304, false, -1, "Content-Type: text/html");
        assertThat(response.variesNow()).isTrue();
        choose(200, false, 1000, "Content-Type: text/html", "Vary: Cookie, accept-encoding");
        assertThat(response.variesNow()).isFalse();
        choose(200, false, 1000, "Content-Type: text/html", "Vary: *");
        assertThat(response.variesNow()).isFalse();
    }

    @Test
    void aStrongTagIsToldFromAWeakOne() {
        choose(200, false, 1000, "Content-Type: text/html", "ETag: \"a\"");
        assertThat(response.strongTag()).isTrue();
        choose(200, false, 1000, "Content-Type: text/html", "ETag: W/\"a\"");
        assertThat(response.strongTag()).isFalse();
    }

    @Test
    void anEventStreamIsFlushed() {
        assertThat(choose(200, false, -1, "Content-Type: text/event-stream")).isNotNull();
        assertThat(response.eventStream()).isTrue();
    }

    @Test
    void anUnknownCodingIsRefusedByName() {
        assertThatThrownBy(() ->
                        CompressionRules.of(new Compression(List.of("lzma"), List.of("text/"), 1)))
                .hasMessage("compression names 'lzma'. Use zstd, br or gzip.");
        assertThat(CompressionRules.of(Compression.off()).isOff()).isTrue();
    }
}
