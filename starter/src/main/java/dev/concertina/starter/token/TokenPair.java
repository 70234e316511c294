package dev.concertina.starter.token;

import java.time.Instant;

/**
 * What a login or a refresh hands to the client.
 *
 * @param access a JWT (RFC 9068), sent as {@code Authorization: Bearer}
 * @param accessEnd when it stops being accepted
 * @param refresh opaque; good for one refresh
 * @param refreshEnd when the login ends; no refresh moves it
 */
public record TokenPair(String access, Instant accessEnd, String refresh, Instant refreshEnd) {
    /** Without the tokens: whoever reads a log must not be able to use them. */
    @Override
    public String toString() {
        return "TokenPair[accessEnd=" + accessEnd + ", refreshEnd=" + refreshEnd + "]";
    }
}
