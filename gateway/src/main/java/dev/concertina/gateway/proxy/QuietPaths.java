package dev.concertina.gateway.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.concertina.gateway.path.RequestPath;
import java.util.List;

/** Paths that are neither limited nor logged, each in its one plain spelling. Immutable. */
final class QuietPaths {
    private final byte[][] paths;

    QuietPaths(List<String> texts) {
        paths = texts.stream().map(text -> text.getBytes(UTF_8)).toArray(byte[][]::new);
    }

    boolean isEmpty() {
        return paths.length == 0;
    }

    /** A path that could be understood as another one is none of them: it might hide a request. */
    boolean hold(RequestPath path) {
        for (byte[] quiet : paths) {
            if (path.length() == quiet.length
                    && path.startsWith(quiet, quiet.length)
                    && !path.odd()) {
                return true;
            }
        }
        return false;
    }
}
