package dev.concertina.gateway.proxy;

import dev.concertina.gateway.content.Accepted;
import dev.concertina.gateway.http1.Field;
import dev.concertina.gateway.http1.RequestHead;
import dev.concertina.gateway.http1.ResponseHead;
import dev.concertina.gateway.route.TargetState;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The response to one request on its way to the client: it gets the fields every response has, is
 * compressed where that is asked for, counted and logged. Used again for the next.
 */
final class Reply {
    private final Worker worker;
    private final Downstream client;
    private final Attempts attempts;
    private final Account account;
    private Rules rules;
    private boolean tls;
    private boolean headOnly;
    private long accepted;
    private @Nullable Compressor compressor;

    Reply(Worker worker, Downstream client, Attempts attempts) {
        this.worker = worker;
        this.client = client;
        this.attempts = attempts;
        this.account = new Account(worker);
        this.rules = worker.rules();
    }

    void begin(
            Rules obeyed,
            RequestHead head,
            Peer peer,
            byte[] newRequestId,
            boolean quiet,
            Kind kind) {
        rules = obeyed;
        tls = peer.tls();
        headOnly = kind.head;
        accepted = rules.compression().isOff() ? Accepted.NOTHING : Accepts.of(head);
        account.begin(obeyed, head, peer, newRequestId, quiet);
    }

    void interim(ResponseHead head) {
        client.interim(head);
    }

    /** The head of a response of this instance; null: of the gateway itself. */
    void head(ResponseHead head, @Nullable TargetState from, boolean untilClose) {
        account.responded(head.status());
        dress(head, from);
        compressor = rules.compression().isOff() ? null : compressor(head);
        if (compressor == null) {
            client.responseHead(head, untilClose);
        } else {
            // Who takes no chunks learns of the end in another way: HTTP/1.0 by the connection's.
            client.responseHead(head, !client.wantsChunks());
        }
    }

    private @Nullable Compressor compressor(ResponseHead head) {
        return Compressor.of(worker, rules, accepted, headOnly, head, client);
    }

    void upgraded(ResponseHead head, TargetState from) {
        account.responded(head.status());
        dress(head, from);
        client.upgraded(head);
    }

    private void dress(ResponseHead head, @Nullable TargetState from) {
        rules.dress(head);
        if (from == null) {
            return;
        }
        head.nameInstance(from.instanceField());
        Affinity affinity = rules.affinity();
        if (affinity != null && attempts.wanted() != from.affinity()) {
            head.add(affinity.field(from, tls), Affinity.NAME_LENGTH);
        }
        Division division = rules.division();
        if (division != null && attempts.newTicket() != 0) {
            head.add(division.field(attempts.newTicket(), tls), Affinity.NAME_LENGTH);
        }
    }

    /** Whether a chunked body is to be given with its framing. */
    boolean wantsChunks() {
        return compressor == null && client.wantsChunks();
    }

    void body(ByteBuf part) {
        account.sent(part.readableBytes());
        if (compressor == null) {
            client.responseBody(part);
        } else {
            compressor.body(part);
        }
    }

    void trailers(List<Field> trailers) {
        if (compressor == null) {
            client.trailers(trailers);
        } else {
            compressor.trailers(trailers);
        }
    }

    /** The response is complete. */
    void end() {
        finish();
        client.responseEnd();
    }

    /** As {@link Downstream#responseEndEarly}. */
    void endEarly(boolean lastChunkMissing) {
        boolean compressed = compressor != null;
        finish();
        client.responseEndEarly(lastChunkMissing && !compressed);
    }

    private void finish() {
        if (compressor != null) {
            compressor.end();
        }
        close();
    }

    void failed(Answer answer) {
        account.responded(answer.status());
        if (!headOnly) {
            account.sent(answer.body().length());
        }
        close();
        client.failed(rules.dress(answer));
    }

    void cut() {
        close();
        client.cut();
    }

    /** The client is gone, or is told otherwise. */
    void close() {
        if (compressor != null) {
            compressor.close();
            compressor = null;
        }
        account.end(attempts);
    }
}
