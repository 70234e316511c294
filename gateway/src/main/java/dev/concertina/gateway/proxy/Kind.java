package dev.concertina.gateway.proxy;

import dev.concertina.gateway.http1.Method;
import dev.concertina.gateway.http1.RequestHead;

/** What matters of a request on its way. The response to HEAD has no body. */
enum Kind {
    NONE(false, false, false),
    IDEMPOTENT(true, false, false),
    HEAD(true, true, false),
    WEBSOCKET(true, false, true),
    OTHER(false, false, false);

    final boolean idempotent;
    final boolean head;
    final boolean websocket;

    Kind(boolean idempotent, boolean head, boolean websocket) {
        this.idempotent = idempotent;
        this.head = head;
        this.websocket = websocket;
    }

    static Kind of(RequestHead request) {
        if (request.websocket()) {
            return WEBSOCKET;
        }
        if (request.method() == Method.HEAD) {
            return HEAD;
        }
        return request.method().idempotent() ? IDEMPOTENT : OTHER;
    }
}
