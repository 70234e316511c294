package dev.concertina.gateway.route;

import dev.concertina.contract.Headers;
import dev.concertina.contract.InstanceId;
import dev.concertina.contract.LoadSample;
import dev.concertina.contract.Target;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;

/** What all event loops share about one target. It outlives the tables that name it. */
public final class TargetState {
    private final InstanceId id;
    private final InetSocketAddress address;
    private final byte[] instanceField;
    private final Claims claims = new Claims();
    private final Suspicion suspicion = new Suspicion();
    private final KeepAliveEvidence keepAlive = new KeepAliveEvidence();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private final LongAdder requests = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder serverErrors = new LongAdder();
    private final LongAdder latencyNanos = new LongAdder();

    public TargetState(Target target) {
        this.id = target.id();
        this.address = new InetSocketAddress(target.host(), target.port());
        this.instanceField =
                (Headers.INSTANCE_ID + ": " + target.id() + "\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1);
    }

    public InstanceId id() {
        return id;
    }

    /** Whether this is the same program at the same place; weight and rank may differ. */
    boolean serves(Target target) {
        return id.equals(target.id())
                && address.getPort() == target.port()
                && address.getHostString().equals(target.host());
    }

    public InetSocketAddress address() {
        return address;
    }

    /** The field line a response gets when the instance did not name itself. */
    public byte[] instanceField() {
        return instanceField;
    }

    public Suspicion suspicion() {
        return suspicion;
    }

    public KeepAliveEvidence keepAlive() {
        return keepAlive;
    }

    boolean claim() {
        return claims.claim();
    }

    /**
     * Gives a claim back. The connection it was for is closed or pooled before, so that who waits
     * for the last claim finds every connection.
     */
    public void release() {
        if (claims.release()) {
            drained.complete(null);
        }
    }

    /** Refuses claims; the future completes when none is held. */
    public CompletableFuture<Void> drain() {
        if (claims.drain()) {
            drained.complete(null);
        }
        return drained;
    }

    public boolean draining() {
        return claims.draining();
    }

    public int inFlight() {
        return claims.held();
    }

    public void requested() {
        requests.increment();
    }

    public void failed() {
        failures.increment();
    }

    public void serverError() {
        serverErrors.increment();
    }

    public void took(long nanos) {
        latencyNanos.add(nanos);
    }

    public LoadSample sample() {
        return new LoadSample(
                id,
                inFlight(),
                requests.sum(),
                failures.sum(),
                serverErrors.sum(),
                latencyNanos.sum());
    }
}
