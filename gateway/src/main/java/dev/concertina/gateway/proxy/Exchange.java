package dev.concertina.gateway.proxy;

import dev.concertina.gateway.http1.ResponseHead;
import dev.concertina.gateway.route.TargetState;
import dev.concertina.gateway.route.Tried;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response: chooses a target, sends, and tries another one when there is
 * evidence that the request was not processed. Used again for the next request of its client.
 *
 * <p>Rules of trying again: a failed connection for any method; a request that was sent only if it
 * is idempotent, none of its body is gone and nothing of a response reached the client. A request
 * that is not idempotent is never sent twice.
 */
final class Exchange {
    private static final int TRIES_MAX = 3;

    private final Worker worker;
    private final Downstream client;
    private final Deadline deadline = new Deadline(this::overdue);
    private final Tried tried = new Tried(TRIES_MAX);
    private final ArrayDeque<ByteBuf> body = new ArrayDeque<>();

    private enum State {
        NONE,
        HELD,
        CONNECTING,
        SENT,
        RESPONDING,
        TUNNEL
    }

    private State state = State.NONE;
    private @Nullable ByteBuf head;
    private Request request = Request.NONE;
    private boolean requestEnded;
    private boolean bodySent;
    private boolean reachedClient;
    private boolean eventStream;
    private boolean endingSoon;
    private int attempts;
    private long heldSince;
    private long claimedAt;
    private @Nullable TargetState target;
    private @Nullable UpstreamConnection connecting;
    private @Nullable UpstreamConnection upstream;
    private @Nullable Tunnel tunnel;

    /** What matters of a request on its way. The response to HEAD has no body. */
    enum Request {
        NONE(false, false, false),
        IDEMPOTENT(true, false, false),
        HEAD(true, true, false),
        WEBSOCKET(true, false, true),
        OTHER(false, false, false);

        final boolean idempotent;
        final boolean head;
        final boolean websocket;

        Request(boolean idempotent, boolean head, boolean websocket) {
            this.idempotent = idempotent;
            this.head = head;
            this.websocket = websocket;
        }
    }

    Exchange(Worker worker, Downstream client) {
        this.worker = worker;
        this.client = client;
    }

    boolean active() {
        return state != State.NONE;
    }

    Downstream client() {
        return client;
    }

    Request request() {
        return request;
    }

    /** Begins with a head for upstream, which becomes this exchange's to release. */
    void start(ByteBuf forwarded, Request kind, boolean ended) {
        head = forwarded;
        request = kind;
        requestEnded = ended;
        bodySent = false;
        reachedClient = false;
        eventStream = false;
        endingSoon = false;
        attempts = 0;
        heldSince = 0;
        tried.clear();
        worker.budget().request();
        attempt();
    }

    private void attempt() {
        long now = worker.now();
        TargetState chosen = attempts == TRIES_MAX ? null : worker.routes().claim(tried, now);
        if (chosen == null) {
            hold(now);
            return;
        }
        attempts++;
        tried.add(chosen);
        chosen.requested();
        target = chosen;
        claimedAt = now;
        UpstreamPool pool = worker.pool(chosen);
        UpstreamConnection ready = pool.take(request.idempotent);
        if (ready == null) {
            state = State.CONNECTING;
            connecting = pool.connect(this);
        } else {
            ready.carry(this);
            send(ready);
        }
    }

    /** Called while a request waits that nobody could take. */
    void attemptAgain() {
        attempts = 0;
        tried.clear();
        attempt();
    }

    private void hold(long now) {
        if (heldSince == 0) {
            heldSince = now;
        }
        Duration most = worker.shared().timeouts().hold();
        if (now - heldSince >= most.toNanos() || !worker.hold(this)) {
            fail(503, "No instance could take the request. Try again shortly.");
            return;
        }
        state = State.HELD;
        pauseClient();
    }

    private void pauseClient() {
        if (!body.isEmpty()) {
            client.readMore(false);
        }
    }

    /** The connection for this exchange is there. */
    void connected(UpstreamConnection connection) {
        send(connection);
    }

    void connectFailed() {
        connecting = null;
        TargetState failed = takeTarget();
        worker.routes().suspect(failed, worker.now());
        failed.failed();
        failed.release();
        attempt();
    }

    private void send(UpstreamConnection connection) {
        upstream = connection;
        connecting = null;
        state = State.SENT;
        ByteBuf bytes = head;
        if (bytes == null) {
            throw new IllegalStateException("head was given away");
        }
        if (request.idempotent) {
            // Another try may need it.
            connection.write(bytes.retainedDuplicate());
        } else {
            head = null;
            connection.write(bytes);
        }
        for (ByteBuf part = body.poll(); part != null; part = body.poll()) {
            bodySent = true;
            connection.write(part);
        }
        client.readMore(connection.writable());
        worker.arm(deadline, worker.shared().timeouts().response());
    }

    /** More of the request's body, or octets of a tunnel. */
    void body(ByteBuf part) {
        UpstreamConnection to = upstream;
        if (to == null) {
            if (state == State.NONE) {
                part.release();
                return;
            }
            body.add(part);
            client.readMore(false);
            return;
        }
        if (tunnel != null) {
            tunnel.fromClient(part);
        }
        bodySent = true;
        to.write(part);
        if (state == State.SENT) {
            worker.arm(deadline, worker.shared().timeouts().response());
        }
        if (!to.writable()) {
            client.readMore(false);
        }
    }

    void requestEnd() {
        requestEnded = true;
    }

    void upstreamWritable(boolean writable) {
        client.readMore(writable);
    }

    void clientWritable(boolean writable) {
        if (upstream != null) {
            upstream.readMore(writable);
        }
    }

    /** The client is gone. */
    void abort() {
        if (state == State.HELD) {
            worker.unhold(this);
        }
        drop(false);
    }

    void interim(ResponseHead response) {
        reachedClient = true;
        client.interim(response);
    }

    void responseHead(ResponseHead response, boolean untilClose) {
        TargetState from = current();
        from.suspicion().clear();
        if (response.status() >= 500) {
            from.serverError();
        }
        state = State.RESPONDING;
        reachedClient = true;
        eventStream = response.eventStream();
        deadline.disarm();
        releaseHead();
        client.responseHead(response, from, untilClose);
    }

    void upgraded(ResponseHead response, UpstreamConnection connection) {
        TargetState from = current();
        from.suspicion().clear();
        state = State.TUNNEL;
        reachedClient = true;
        deadline.disarm();
        releaseHead();
        tunnel = new Tunnel();
        client.upgraded(response, from);
        client.readMore(connection.writable());
    }

    void responseBody(ByteBuf part) {
        if (tunnel == null) {
            client.responseBody(part);
        } else {
            tunnel.fromInstance(part, client);
        }
        if (endingSoon) {
            endIfPossible();
        }
        if (!client.writable() && upstream != null) {
            upstream.readMore(false);
        }
    }

    /** The response is complete; the connection goes on if it can. */
    void responseEnd(boolean connectionGoesOn) {
        UpstreamConnection from = upstream;
        TargetState served = takeTarget();
        served.took(worker.now() - claimedAt);
        upstream = null;
        state = State.NONE;
        dropBody();
        if (from == null) {
            served.release();
        } else {
            from.leave(served, connectionGoesOn && requestEnded);
        }
        client.responseEnd();
    }

    /** The instance closed its side of a tunnel, or a body ended with its connection. */
    void upstreamEnded() {
        if (state == State.TUNNEL) {
            finishTunnel();
        } else {
            responseEnd(false);
        }
    }

    private void finishTunnel() {
        TargetState served = takeTarget();
        served.took(worker.now() - claimedAt);
        drop(false, served);
        client.responseEndEarly(false);
    }

    /** The connection ended where a response, or its rest, was due. */
    void upstreamLost(boolean wasReused, String reason) {
        if (state == State.TUNNEL) {
            finishTunnel();
            return;
        }
        TargetState failed = takeTarget();
        UpstreamConnection from = upstream;
        failed.failed();
        upstream = null;
        deadline.disarm();
        if (!wasReused) {
            worker.routes().suspect(failed, worker.now());
        }
        if (from == null) {
            failed.release();
        } else {
            from.leave(failed, false);
        }
        afterLoss(502, reason);
    }

    private void afterLoss(int status, String reason) {
        boolean begun = state == State.RESPONDING;
        if (begun) {
            state = State.NONE;
            dropBody();
            client.cut();
        } else if (repeatable() && attempts < TRIES_MAX && worker.budget().take()) {
            worker.shared().counters().retried().increment();
            attempt();
        } else {
            fail(status, reason);
        }
    }

    private boolean repeatable() {
        return request.idempotent && !bodySent && !reachedClient && head != null;
    }

    /** What the instance sent is not a response that could be passed on. */
    void upstreamMalformed(String reason) {
        TargetState failed = takeTarget();
        failed.failed();
        boolean begun = state == State.RESPONDING || state == State.TUNNEL;
        drop(false, failed);
        if (begun) {
            client.cut();
        } else {
            answer(502, "The instance sent a malformed response: " + reason + '.');
        }
    }

    private void overdue() {
        TargetState late = takeTarget();
        late.failed();
        drop(false, late);
        answer(504, "The instance did not answer in time.");
    }

    private void fail(int status, String reason) {
        state = State.NONE;
        releaseHead();
        dropBody();
        answer(status, reason);
    }

    private void answer(int status, String reason) {
        worker.shared().counters().unserved().increment();
        client.failed(status, reason);
    }

    /** Whether this may last for hours: a WebSocket or an event stream. */
    boolean longLived() {
        return state == State.TUNNEL || (state == State.RESPONDING && eventStream);
    }

    /** Ends a long-lived stream so that its client comes back at once, to another instance. */
    void endSoon(UpstreamConnection on) {
        if (upstream != on) {
            return;
        }
        if (tunnel != null) {
            tunnel.goAway(client);
        } else if (longLived()) {
            endingSoon = true;
            endIfPossible();
        }
        worker.flush();
    }

    private void endIfPossible() {
        UpstreamConnection on = upstream;
        if (on != null && on.mayEndHere()) {
            boolean chunked = on.betweenChunks() && client.wantsChunks();
            TargetState served = takeTarget();
            served.took(worker.now() - claimedAt);
            drop(false, served);
            client.responseEndEarly(chunked);
        }
    }

    void cutAtDeadline() {
        TargetState cut = takeTarget();
        cut.failed();
        boolean begun = reachedClient;
        drop(false, cut);
        if (begun) {
            client.cut();
        } else {
            answer(503, "The instance was stopped before it answered.");
        }
    }

    private void drop(boolean goesOn) {
        TargetState dropped = target;
        target = null;
        drop(goesOn, dropped);
    }

    private void drop(boolean goesOn, @Nullable TargetState dropped) {
        UpstreamConnection from = upstream;
        upstream = null;
        tunnel = null;
        UpstreamConnection unfinished = connecting;
        connecting = null;
        state = State.NONE;
        deadline.disarm();
        releaseHead();
        dropBody();
        if (dropped == null) {
            return;
        }
        if (from != null) {
            from.leave(dropped, goesOn);
        } else if (unfinished != null) {
            unfinished.abandon(dropped);
        } else {
            dropped.release();
        }
    }

    private TargetState current() {
        TargetState held = target;
        if (held == null) {
            throw new IllegalStateException("no claim is held in state " + state);
        }
        return held;
    }

    private TargetState takeTarget() {
        TargetState held = current();
        target = null;
        return held;
    }

    private void releaseHead() {
        if (head != null) {
            head.release();
            head = null;
        }
    }

    private void dropBody() {
        for (ByteBuf part = body.poll(); part != null; part = body.poll()) {
            part.release();
        }
    }
}
