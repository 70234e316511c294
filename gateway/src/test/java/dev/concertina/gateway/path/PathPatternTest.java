package dev.concertina.gateway.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathPatternTest {
    private static final int RUNS = 20_000;

    private static boolean matches(String pattern, String path) {
        RequestPath read = new RequestPath();
        read.read(path);
        return PathPattern.of(pattern).matches(read);
    }

    @ParameterizedTest
    @CsvSource({
        "/, /, true",
        "/, /a, false",
        "/**, /, true",
        "/**, /a/b, true",
        "/a, /a, true",
        "/a, /a/, true",
        "/a/, /a, true",
        "/a, /ab, false",
        "/a, /A, false",
        "/a, /a/b, false",
        "/a/*, /a/b, true",
        "/a/*, /a, false",
        "/a/*, /a/b/c, false",
        "/a/*/c, /a/b/c, true",
        "/a/*.js, /a/x.min.js, true",
        "/a/*.js, /a/x.jsp, false",
        "/a/v*/b*c, /a/v1/b.b.c, true",
        "/api/**, /api, true",
        "/api/**, /api/, true",
        "/api/**, /api/x/y, true",
        "/api/**, /apix, false",
        "/a b/ä, /a%20b/%C3%A4, true",
        "/%61/**, /a/x, true"
    })
    void matchesAsTheManualSays(String pattern, String path, boolean matches) {
        assertThat(matches(pattern, path)).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/x",
                "/%61%70i/x",
                "/%61pi%2Fx",
                "/x%2f..%2fapi%2Fx",
                "//api/x",
                "/api//x",
                "/./api/x",
                "/%2e/api/x",
                "/x/../api/x",
                "/x/%2E%2e/api/x",
                "/x/..;/api/x",
                "/api;v=1/x",
                "/;/api/x",
                "/\\api\\x",
                "/public/..%5Capi/x",
                "/api/../x",
                "/api/..;/x",
                "/api/..%2Fx"
            })
    void noSpellingThatSomeServerTakesForItEscapes(String path) {
        assertThat(matches("/api/**", path)).isTrue();
    }

    @Test
    void aPatternThatCannotMatchIsRefusedByName() {
        assertThatThrownBy(() -> PathPattern.of("api/**"))
                .hasMessage("path pattern 'api/**' does not begin with '/'. Write /api/**.");
        assertThatThrownBy(() -> PathPattern.of("/a/**/b"))
                .hasMessageContaining("'/a/**/b' has '**' elsewhere than as its last segment");
        assertThatThrownBy(() -> PathPattern.of("/a?b=c"))
                .hasMessageContaining("'/a?b=c' holds '?'");
    }

    @Test
    void theFirstThatMatchesHolds() {
        PathTable<String> table = PathTable.of(List.of("/a/b", "/a/**", "/**"), text -> text);
        RequestPath path = new RequestPath();
        path.read("/a/c");
        assertThat(table.first(path)).isEqualTo("/a/**");
        path.read("/");
        assertThat(table.first(path)).isEqualTo("/**");
        assertThat(PathTable.of(List.of("/a"), text -> text).first(path)).isNull();
    }

    @Test
    void agreesWithTheNaiveReading() {
        long seed = System.nanoTime();
        System.out.println("PathPatternTest seed " + seed);
        Random random = new Random(seed);
        String[] parts = {
            "/", "/", "/", "a", "b", ".", "..", "/..", "%2F", "%2f", "%2e", ";", ";a=b", "\\",
            "%5C", "%25", "%", "%3B", "c"
        };
        String[] patterns = {"/a", "/a/**", "/a/*", "/*/b", "/a*/b", "/**", "/", "/b/*b/**"};
        RequestPath read = new RequestPath();
        for (int run = 0; run < RUNS; run++) {
            StringBuilder path = new StringBuilder("/");
            for (int n = random.nextInt(9); n > 0; n--) {
                path.append(parts[random.nextInt(parts.length)]);
            }
            String pattern = patterns[run % patterns.length];
            read.read(path.toString());
            assertThat(PathPattern.of(pattern).matches(read))
                    .as("seed %d, pattern %s, path %s", seed, pattern, path)
                    .isEqualTo(Naive.matches(pattern, path.toString()));
        }
    }

    /** The same with strings and lists, one step after the other. */
    private static final class Naive {
        static boolean matches(String pattern, String path) {
            Set<String> readings = new LinkedHashSet<>();
            for (int keep = 0; keep < 16; keep++) {
                readings.add(
                        read(
                                path,
                                (keep & 1) != 0,
                                (keep & 2) != 0,
                                (keep & 4) != 0,
                                (keep & 8) != 0));
            }
            String fixed =
                    pattern.endsWith("/**") ? pattern.substring(0, pattern.length() - 3) : pattern;
            String regex = Pattern.quote(fixed).replace("*", "\\E[^/]*\\Q");
            regex += pattern.endsWith("/**") ? "(/.*)?" : pattern.equals("/") ? "" : "/?";
            Pattern compiled = Pattern.compile(regex, Pattern.DOTALL);
            return readings.stream().anyMatch(reading -> compiled.matcher(reading).matches());
        }

        private static String read(
                String path, boolean dots, boolean doubled, boolean parameters, boolean encoded) {
            String text = parameters ? path : path.replaceAll(";[^/]*", "");
            StringBuilder decoded = new StringBuilder();
            for (int i = 0; i < text.length(); i++) {
                String hex = text.substring(i, Math.min(i + 3, text.length()));
                if (hex.matches("%[0-9a-fA-F]{2}")) {
                    char c = (char) Integer.parseInt(hex.substring(1), 16);
                    decoded.append(
                            c == '/' || c == '\\'
                                    ? encoded ? (c == '/' ? hex : "\\") : "/"
                                    : String.valueOf(c));
                    i += 2;
                } else {
                    decoded.append(text.charAt(i) == '\\' && !encoded ? '/' : text.charAt(i));
                }
            }
            String whole = decoded.toString();
            if (!doubled) {
                whole = whole.replaceAll("/+", "/");
            }
            return dots ? whole : withoutDots(whole);
        }

        private static String withoutDots(String path) {
            List<String> kept = new ArrayList<>();
            String[] segments = path.substring(1).split("/", -1);
            for (int i = 0; i < segments.length; i++) {
                String segment = segments[i];
                boolean dot = segment.equals(".") || segment.equals("..");
                if (segment.equals("..") && !kept.isEmpty()) {
                    kept.removeLast();
                }
                if (!dot) {
                    kept.add(segment);
                } else if (i == segments.length - 1) {
                    kept.add("");
                }
            }
            return "/" + String.join("/", kept);
        }
    }
}
