package dev.concertina.gateway.control;

import io.netty.handler.codec.http.HttpResponseStatus;

/** A call of the leash that is not obeyed, and why. */
public final class Refusal extends RuntimeException {
    final transient HttpResponseStatus status;

    Refusal(HttpResponseStatus status, String text) {
        super(text);
        this.status = status;
    }

    /** The gateway obeys something newer already. */
    public static Refusal conflict(String text) {
        return new Refusal(HttpResponseStatus.CONFLICT, text);
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
