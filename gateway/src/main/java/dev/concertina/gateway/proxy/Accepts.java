package dev.concertina.gateway.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.concertina.gateway.content.Accepted;
import dev.concertina.gateway.http1.RequestHead;

/** What content codings a request's head accepts. */
final class Accepts {
    private static final byte[] ACCEPT_ENCODING = "accept-encoding".getBytes(ISO_8859_1);

    private Accepts() {}

    static long of(RequestHead head) {
        long accepted = Accepted.NOTHING;
        for (int i = 0; i < head.fields(); i++) {
            if (head.named(i, ACCEPT_ENCODING)) {
                accepted =
                        Accepted.add(accepted, head.octets(), head.valueStart(i), head.valueEnd(i));
            }
        }
        return accepted;
    }
}
