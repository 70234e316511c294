package dev.concertina.verifier.http;

import java.io.IOException;

/** What came back is not HTTP/1.1. */
final class MalformedResponse extends IOException {
    MalformedResponse(String message) {
        super(message);
    }
}
