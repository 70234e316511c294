package dev.concertina.gateway.proxy;

import dev.concertina.gateway.content.FileAnswer;
import dev.concertina.gateway.content.FileBody;
import dev.concertina.gateway.http1.Field;
import dev.concertina.gateway.http1.RequestHead;
import dev.concertina.gateway.http1.ResponseHead;
import dev.concertina.gateway.route.TargetState;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response: chooses a target, sends, and tries another one when there is
 * evidence that the request was not processed. Used again for the next request of its client, on
 * the thread of one worker.
 *
 * <p>Rules of trying again: a failed connection for any method; a request that was sent only if it
 * is idempotent, none of its body is gone and nothing of a response reached the client. A request
 * that is not idempotent is never sent twice.
 */
public final class Exchange {
    private static final int HEAD_ROOM = 512;

    private final Worker worker;
    private final Downstream client;
    private final Deadline deadline = new Deadline(this::overdue);
    private final Attempts attempts;
    private final Reply reply;
    private final Delivery delivery;
    private final Outgoing outgoing = new Outgoing();

    private enum State {
        NONE,
        FILE,
        HELD,
        CONNECTING,
        SENT,
        RESPONDING,
        TUNNEL
    }

    private State state = State.NONE;
    private Kind kind = Kind.NONE;
    private Decision.Pass pass = Decision.Pass.NONE;
    private Rules rules;
    private int turn;
    private boolean requestEnded;
    private boolean expectsContinue;
    private boolean paused;
    private long content;
    private boolean reachedClient;
    private boolean eventStream;
    private boolean endingSoon;
    private @Nullable UpstreamConnection connecting;
    private @Nullable UpstreamConnection upstream;
    private @Nullable Tunnel tunnel;

    public Exchange(Worker worker, Downstream client) {
        this.worker = worker;
        this.client = client;
        this.attempts = new Attempts(worker);
        this.reply = new Reply(worker, client, attempts);
        this.delivery = new Delivery(worker, client, reply);
        this.rules = worker.rules();
    }

    /** Whether a request is under way. */
    public boolean active() {
        return state != State.NONE;
    }

    /** Whether a chunked body of the response is wanted with its framing. */
    boolean wantsChunks() {
        return reply.wantsChunks();
    }

    Kind kind() {
        return kind;
    }

    /**
     * Begins with the head that the worker's parser has just read. The response may come within
     * this call: from the gateway itself, or when nobody can take the request.
     *
     * @param ended whether no body follows
     */
    public void start(RequestHead head, Peer peer, ByteBufAllocator allocator, boolean ended) {
        kind = Kind.of(head);
        requestEnded = ended;
        expectsContinue = head.expectsContinue();
        paused = false;
        content = 0;
        reachedClient = false;
        eventStream = false;
        endingSoon = false;
        turn++;
        rules = worker.rules();
        byte[] id = worker.newRequestId();
        Decision decision = worker.admission().decide(rules, head, peer);
        reply.begin(rules, head, peer, id, worker.admission().quiet(), kind);
        switch (decision) {
            case Decision.Pass admitted -> {
                pass = admitted;
                prepare(head, peer, id, allocator);
                attempt();
                awaitEarly();
            }
            case Decision.Refuse refused -> {
                attempts.none();
                reply.failed(refused.answer());
            }
            case Decision.Serve file -> serve(file, head, peer, id, allocator);
        }
    }

    /** Writes the head for upstream, because the parser's is gone with the next request. */
    private void prepare(RequestHead head, Peer peer, byte[] id, ByteBufAllocator allocator) {
        Affinity affinity = rules.affinity();
        long wanted = affinity == null ? 0 : affinity.wanted(head);
        Division division = rules.division();
        ByteBuf forwarded = allocator.ioBuffer(HEAD_ROOM + head.size());
        head.writeForwarded(forwarded, peer.forwarding(), id);
        outgoing.begin(forwarded);
        if (division == null) {
            attempts.begin(wanted);
        } else {
            attempts.begin(wanted, division, division.ticket(head));
        }
    }

    private void serve(
            Decision.Serve file,
            RequestHead head,
            Peer peer,
            byte[] id,
            ByteBufAllocator allocator) {
        state = State.FILE;
        pass = file.otherwise();
        if (file.folder().fallThrough()) {
            prepare(head, peer, id, allocator);
        } else {
            attempts.none();
        }
        int asked = turn;
        worker.files()
                .answer(
                        file.folder(),
                        worker.admission().path(),
                        file.request(),
                        worker.now(),
                        answer -> served(asked, file, answer));
    }

    private void served(int asked, Decision.Serve file, FileAnswer answer) {
        if (asked != turn || state != State.FILE) {
            // The client went away meanwhile.
            answer.body().ifPresent(FileBody::release);
            return;
        }
        if (answer.isAbsent() && file.folder().fallThrough()) {
            attempt();
            awaitEarly();
        } else {
            outgoing.releaseHead();
            outgoing.releaseBody();
            reachedClient = true;
            if (delivery.begin(answer)) {
                delivered();
            }
        }
        worker.flush();
    }

    private void delivered() {
        state = State.NONE;
        reply.end();
    }

    private void awaitEarly() {
        if (state == State.CONNECTING || state == State.HELD) {
            await();
        }
    }

    private void attempt() {
        TargetState chosen = attempts.claim();
        if (chosen == null) {
            hold();
            return;
        }
        UpstreamPool pool = worker.pool(chosen);
        attempts.measured(pool.metrics());
        UpstreamConnection ready = pool.take(kind.idempotent);
        if (ready == null) {
            state = State.CONNECTING;
            connecting = pool.connect(this);
        } else {
            ready.carry(this);
            connected(ready);
        }
    }

    /** Called while a request waits that nobody could take. */
    void attemptAgain() {
        attempts.anew();
        attempt();
    }

    private void hold() {
        if (!attempts.mayWait(rules.timeouts().hold()) || !worker.hold(this)) {
            fail(503, "No instance could take the request. Try again shortly.");
            return;
        }
        state = State.HELD;
        if (outgoing.bodyWaits()) {
            readClient(false);
        }
    }

    /** The connection for this exchange is there. */
    void connected(UpstreamConnection connection) {
        upstream = connection;
        connecting = null;
        state = State.SENT;
        outgoing.writeTo(connection, kind.idempotent);
        readClient(connection.writable());
    }

    void connectFailed() {
        connecting = null;
        TargetState failed = attempts.takeFailed();
        worker.routes().suspect(failed, worker.now());
        failed.release();
        attempt();
    }

    /** Lets the client send on, or not, and awaits whose turn it is. */
    private void readClient(boolean more) {
        paused = !more;
        client.readMore(more);
        await();
    }

    private boolean clientsTurn() {
        return !requestEnded && !paused && !expectsContinue;
    }

    /** Sets the deadline: for the client while it has to send, then for the instance. */
    private void await() {
        if (state == State.NONE || state == State.FILE) {
            return;
        }
        if (state != State.TUNNEL && clientsTurn()) {
            worker.arm(deadline, rules.timeouts().body());
        } else if (state == State.SENT) {
            worker.arm(deadline, pass.response());
        } else {
            // Connecting and holding end by themselves; a response may last as long as it likes.
            deadline.disarm();
        }
    }

    /**
     * More of the request's body, framed as its head says, or octets of a tunnel. The buffer
     * becomes this exchange's to release. Nothing happens where no request is under way.
     *
     * @param octets how many of it are content, and not framing
     */
    public void body(ByteBuf part, int octets) {
        body(part, octets, requestEnded);
    }

    /** As the other; {@code last} says that this part is the last. */
    void body(ByteBuf part, int octets, boolean last) {
        requestEnded = last;
        if (state == State.NONE || (state == State.FILE && !outgoing.repeatable())) {
            part.release();
            return;
        }
        content += octets;
        if (tunnel == null && pass.tooLarge(content)) {
            part.release();
            refuse(Admission.tooLarge(pass));
            return;
        }
        expectsContinue = false;
        UpstreamConnection to = upstream;
        if (to == null) {
            outgoing.add(part);
            readClient(false);
            return;
        }
        if (tunnel != null) {
            tunnel.fromClient(part);
        }
        outgoing.passed();
        to.write(part);
        if (to.writable()) {
            await();
        } else {
            readClient(false);
        }
    }

    /** The last part of the request's body has been given. */
    public void requestEnd() {
        requestEnded = true;
        await();
    }

    void upstreamWritable(boolean writable) {
        readClient(writable);
    }

    /** The client takes more, or no more for now. */
    public void clientWritable(boolean writable) {
        if (upstream != null) {
            upstream.readMore(writable);
        } else if (state == State.FILE && reachedClient && writable && delivery.more()) {
            delivered();
        }
    }

    /** The client is gone. */
    public void abort() {
        end();
        reply.close();
    }

    private void end() {
        if (state == State.HELD) {
            worker.unhold(this);
        }
        drop(attempts.take());
    }

    /**
     * The client has done what ends its request: it gets this answer, or the response is cut if one
     * was begun. What was sent to an instance is aborted there.
     */
    public void refuse(Answer answer) {
        boolean begun =
                state == State.RESPONDING
                        || state == State.TUNNEL
                        || (state == State.FILE && reachedClient);
        end();
        if (begun) {
            reply.cut();
        } else {
            reply.failed(answer);
        }
    }

    void interim(ResponseHead response) {
        reachedClient = true;
        if (response.status() == 100) {
            expectsContinue = false;
            await();
        }
        reply.interim(response);
    }

    void responseHead(ResponseHead response, boolean untilClose) {
        if (response.status() >= 500) {
            attempts.current().serverError();
            if (isRefusal(response.status()) && askedAnother()) {
                return;
            }
        }
        attempts.answered(response.status());
        TargetState from = answered(State.RESPONDING);
        eventStream = response.eventStream();
        reply.head(response, from, untilClose);
    }

    /** Says that this instance cannot, which says nothing about another one. */
    private static boolean isRefusal(int status) {
        return status >= 502 && status <= 504;
    }

    /** Gives the request to another target, if it may be repeated and one takes it. */
    private boolean askedAnother() {
        UpstreamConnection from = upstream;
        if (from == null || !mayRepeat() || !attempts.another()) {
            return false;
        }
        TargetState refused = attempts.take();
        upstream = null;
        deadline.disarm();
        if (refused != null) {
            from.leave(refused, false);
        }
        worker.shared().counters().retried().increment();
        attempt();
        return true;
    }

    void upgraded(ResponseHead response, UpstreamConnection connection) {
        TargetState from = answered(State.TUNNEL);
        tunnel = new Tunnel();
        reply.upgraded(response, from);
        readClient(connection.writable());
    }

    private TargetState answered(State next) {
        TargetState from = attempts.current();
        attempts.headCame();
        from.suspicion().clear();
        state = next;
        reachedClient = true;
        await();
        outgoing.releaseHead();
        return from;
    }

    void trailers(List<Field> trailers) {
        reply.trailers(trailers);
    }

    void responseBody(ByteBuf part) {
        if (tunnel == null) {
            reply.body(part);
        } else {
            tunnel.fromInstance(part, reply);
        }
        betweenParts();
        if (!client.writable() && upstream != null) {
            upstream.readMore(false);
        }
    }

    /** The response is complete; the connection goes on if it can. */
    void responseEnd(boolean connectionGoesOn) {
        UpstreamConnection from = upstream;
        TargetState served = attempts.takeServed(longLived());
        upstream = null;
        state = State.NONE;
        deadline.disarm();
        outgoing.releaseBody();
        if (from == null) {
            served.release();
        } else {
            from.leave(served, connectionGoesOn && requestEnded);
        }
        reply.end();
    }

    /** The instance closed its side of a tunnel, or a body ended with its connection. */
    void upstreamEnded() {
        if (state == State.TUNNEL) {
            finishEarly(false);
        } else {
            responseEnd(false);
        }
    }

    private void finishEarly(boolean chunked) {
        drop(attempts.takeServed(longLived()));
        reply.endEarly(chunked);
    }

    /** The connection ended where a response, or its rest, was due. */
    void upstreamLost(boolean wasReused, String reason) {
        if (state == State.TUNNEL) {
            finishEarly(false);
            return;
        }
        TargetState failed = attempts.takeFailed();
        UpstreamConnection from = upstream;
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
        if (state == State.RESPONDING) {
            state = State.NONE;
            outgoing.releaseBody();
            reply.cut();
        } else if (mayRepeat() && attempts.mayRepeat()) {
            worker.shared().counters().retried().increment();
            attempt();
        } else {
            fail(502, reason);
        }
    }

    private boolean mayRepeat() {
        return kind.idempotent && outgoing.repeatable() && !reachedClient;
    }

    /** What the instance sent is not a response that could be passed on. */
    void upstreamMalformed(String reason) {
        boolean begun = state == State.RESPONDING || state == State.TUNNEL;
        drop(attempts.takeFailed());
        if (begun) {
            reply.cut();
        } else {
            answer(502, "The instance sent a malformed response: " + reason + '.');
        }
    }

    private void overdue() {
        if (clientsTurn()) {
            refuse(Answer.of(408, "The rest of the request's body did not come in time."));
            worker.flush();
            return;
        }
        drop(attempts.takeFailed());
        answer(504, "The instance did not answer in time.");
    }

    private void fail(int status, String reason) {
        state = State.NONE;
        outgoing.releaseHead();
        outgoing.releaseBody();
        answer(status, reason);
    }

    private void answer(int status, String reason) {
        worker.shared().counters().unserved().increment();
        reply.failed(Answer.of(status, reason));
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
            tunnel.goAway(reply);
        } else if (longLived()) {
            endingSoon = true;
            endIfPossible();
        }
        worker.flush();
    }

    /** So much of the response has been given; a stream that is to end may end here. */
    void betweenParts() {
        if (endingSoon) {
            endIfPossible();
        }
    }

    private void endIfPossible() {
        UpstreamConnection on = upstream;
        if (on != null && on.mayEndHere()) {
            finishEarly(on.betweenChunks() && reply.wantsChunks());
        }
    }

    void cutAtDeadline() {
        boolean begun = reachedClient;
        drop(attempts.takeFailed());
        if (begun) {
            reply.cut();
        } else {
            answer(503, "The instance was stopped before it answered.");
        }
    }

    /** Lets go of everything, the connection upstream included. */
    private void drop(@Nullable TargetState claimed) {
        UpstreamConnection from = upstream;
        UpstreamConnection unfinished = connecting;
        upstream = null;
        connecting = null;
        tunnel = null;
        state = State.NONE;
        deadline.disarm();
        delivery.end();
        outgoing.releaseHead();
        outgoing.releaseBody();
        if (claimed == null) {
            return;
        }
        if (from != null) {
            from.leave(claimed, false);
        } else if (unfinished != null) {
            unfinished.abandon(claimed);
        } else {
            claimed.release();
        }
    }
}
