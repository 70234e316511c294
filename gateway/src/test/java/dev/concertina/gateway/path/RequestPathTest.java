package dev.concertina.gateway.path;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestPathTest {
    private final RequestPath path = new RequestPath();

    @ParameterizedTest
    @CsvSource({
        "/, /",
        "'', /",
        "?q, /",
        "/a/b?c=/d/../e, /a/b",
        "/%61/b, /a/b",
        "/a%20b, /a b",
        "/a%2, /a%2",
        "/a%zz, /a%zz",
        "/a%25%32%46b, /a%2Fb",
        "/a%2520b, /a%20b",
        "/.well-known/x, /.well-known/x",
        "/a.b/..c/d.., /a.b/..c/d.."
    })
    void aPlainPathHasOneReading(String written, String read) {
        path.read(written);
        assertThat(path).hasToString(read);
        assertThat(path.odd()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "/x/../a, /a",
        "/x/..;y=1/a, /a",
        "/x/%2e%2E/a, /a",
        "/./a, /a",
        "/a/., /a/",
        "/a/b/.., /a/",
        "/../../a, /a",
        "//a, /a",
        "/x/..//a, /a",
        "/x//../a, /a",
        "/a;b=c/d;e, /a/d",
        "/;/a, /a",
        "/a%2Fb, /a/b",
        "/a%2fb, /a/b",
        "/x%2F..%2Fa, /a",
        "/a\\b, /a/b",
        "/x%5c..%5Ca, /a",
        "/x\\..\\a, /a"
    })
    void anOddPathHasSeveralAndTheFirstIsFolded(String written, String folded) {
        path.read(written);
        assertThat(path).hasToString(folded);
        assertThat(path.odd()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a%3Bb", "/a:b", "/a/b/", "/ä", "/a%00b", "*", "/a%5Fb"})
    void whatLooksSpecialButMeansOneThingIsNotOdd(String written) {
        path.read(written);
        assertThat(path.odd()).isFalse();
    }

    @Test
    void readsFromTheMiddleOfATarget() {
        byte[] target = "GET http://h/a/b?c HTTP/1.1".getBytes(ISO_8859_1);
        path.read(target, 12, 18);
        assertThat(path).hasToString("/a/b");
    }

    @Test
    void neitherReadingNorMatchingMakesGarbage() {
        byte[] plain = "/api/things/17?x=1".getBytes(ISO_8859_1);
        byte[] odd = "/x/..;y/%61pi//things/.%2Fa".getBytes(ISO_8859_1);
        PathPattern pattern = PathPattern.of("/api/*/17");
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int matches = 0;
        long least = Long.MAX_VALUE;
        // The first rounds may pay for loading classes.
        for (int round = 0; round < 20; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 100; i++) {
                path.read(plain, 0, plain.length);
                matches += pattern.matches(path) ? 1 : 0;
                path.read(odd, 0, odd.length);
                matches += pattern.matches(path) ? 1 : 0;
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(matches).isEqualTo(2000);
        assertThat(least).isLessThan(100);
    }
}
