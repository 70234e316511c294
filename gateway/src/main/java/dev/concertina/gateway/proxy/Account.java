package dev.concertina.gateway.proxy;

import dev.concertina.gateway.http1.RequestHead;
import dev.concertina.gateway.observe.AccessEntry;
import dev.concertina.gateway.observe.AccessLog;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What is counted and logged of one request. Used again for the next; allocates nothing while no
 * log is written.
 */
final class Account {
    private final Worker worker;
    private boolean open;
    private int status;
    private long bytes;
    private @Nullable Line line;

    /** What a log line needs of a head that is gone when the line is written. */
    private record Line(
            long atMillis,
            long began,
            String requestId,
            String client,
            String method,
            String target,
            Peer peer,
            boolean http10) {}

    Account(Worker worker) {
        this.worker = worker;
    }

    /**
     * A request has begun.
     *
     * @param newRequestId its identity if the client sent none
     */
    void begin(Rules rules, RequestHead head, Peer peer, byte[] newRequestId, boolean quiet) {
        open = true;
        status = 0;
        bytes = 0;
        line = quiet || rules.log() == null ? null : line(rules, head, peer, newRequestId);
    }

    private Line line(Rules rules, RequestHead head, Peer peer, byte[] newRequestId) {
        String sent = head.requestId();
        return new Line(
                System.currentTimeMillis(),
                worker.now(),
                sent.isEmpty() ? new String(newRequestId, StandardCharsets.ISO_8859_1) : sent,
                Peer.text(peer.client(rules, head)),
                head.methodName(),
                head.target(),
                peer,
                head.http10());
    }

    void responded(int statusCode) {
        status = statusCode;
    }

    void sent(int octets) {
        bytes += octets;
    }

    /** The request is over; does nothing the second time. */
    void end(Attempts attempts) {
        if (!open) {
            return;
        }
        open = false;
        worker.shared().metrics().responded(status);
        Line begun = line;
        AccessLog log = worker.rules().log();
        if (begun != null && log != null) {
            log.add(entry(begun, attempts));
        }
        line = null;
    }

    private AccessEntry entry(Line begun, Attempts attempts) {
        long now = worker.now();
        return new AccessEntry(
                begun.atMillis,
                begun.requestId,
                begun.client,
                begun.method,
                begun.target,
                begun.peer.protocol(begun.http10),
                status,
                bytes,
                now - begun.began,
                attempts.nanos(now),
                attempts.last() == null ? null : attempts.last().id().value(),
                attempts.retries(),
                begun.peer.tlsVersion());
    }
}
