package dev.concertina.gateway.tls;

import java.io.IOException;

/** A certificate or key that cannot be served; names the file, the reason and the next move. */
final class Unusable extends IOException {
    Unusable(String message) {
        super(message);
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
