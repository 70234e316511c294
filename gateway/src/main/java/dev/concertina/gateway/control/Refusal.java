package dev.concertina.gateway.control;

import io.netty.handler.codec.http.HttpResponseStatus;

/** A call of the leash that is not obeyed, and why. */
public final class Refusal extends RuntimeException {
    final transient HttpResponseStatus status;

    Refusal(HttpResponseStatus status, String text) {
        super(text);
        this.status = status;
    }

    /** This gateway was built or started in a way that does not allow it. */
    public static Refusal impossible(String text) {
        return new Refusal(HttpResponseStatus.NOT_IMPLEMENTED, text);
    }

    /** What the gateway is or obeys already does not go with it. */
    public static Refusal conflict(String text) {
        return new Refusal(HttpResponseStatus.CONFLICT, text);
    }

    /** The table says something that cannot be obeyed. */
    public static Refusal unusable(String text) {
        return new Refusal(HttpResponseStatus.BAD_REQUEST, text);
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
