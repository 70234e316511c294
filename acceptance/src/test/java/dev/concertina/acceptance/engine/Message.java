package dev.concertina.acceptance.engine;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A request or a response as it was read.
 *
 * @param head its lines, without the empty one
 * @param body without the framing of chunks, one character an octet
 */
record Message(String head, String body) {
    String first() {
        return head.lines().findFirst().orElse("");
    }

    int status() {
        return Integer.parseInt(first().split(" ")[1]);
    }

    String method() {
        return first().split(" ")[0];
    }

    boolean isHead() {
        return method().equals("HEAD");
    }

    String target() {
        return first().split(" ")[1];
    }

    /** The values of the field, one for each line. */
    List<String> all(String name) {
        String prefix = name.toLowerCase(Locale.ROOT) + ":";
        return head.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
                .map(line -> line.substring(prefix.length()).strip())
                .toList();
    }

    Optional<String> field(String name) {
        return all(name).stream().findFirst();
    }
}
