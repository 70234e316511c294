package dev.concertina.gateway.route;

import dev.concertina.contract.Headers;
import dev.concertina.contract.InstanceId;
import dev.concertina.contract.LoadSample;
import dev.concertina.contract.Target;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;

/** What all event loops share about one target. It outlives the tables that name it. */
public final class TargetState {
    private final InstanceId id;
    private final InetSocketAddress address;
    private final byte[] instanceField;
    private final long affinity;
    private final Claims claims = new Claims();
    private final Suspicion suspicion = new Suspicion();
    private final KeepAliveEvidence keepAlive = new KeepAliveEvidence();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private final ServiceTime serviceTime = new ServiceTime();
    private final long warmingSince;
    private final long warmingNanos;
    private volatile boolean warm;
    private volatile boolean proven;
    private final LongAdder requests = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder serverErrors = new LongAdder();
    private final LongAdder latencyNanos = new LongAdder();

    /** A target that gets its full share at once. */
    public TargetState(Target target) {
        this(target, 0, 0);
    }

    /**
     * A target that gets its full share slowly.
     *
     * @param longest nanoseconds after which it has it in any case; 0: at once
     */
    TargetState(Target target, long now, long longest) {
        this.warmingSince = now;
        this.warmingNanos = longest;
        this.warm = longest <= 0;
        this.id = target.id();
        this.address = new InetSocketAddress(target.host(), target.port());
        this.affinity = affinity(target.id());
        this.instanceField =
                (Headers.INSTANCE_ID + ": " + target.id() + "\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1);
    }

    /** A short hash of the id, alike in every gateway process; never 0. */
    private static long affinity(InstanceId id) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(id.value().getBytes(StandardCharsets.ISO_8859_1));
            long value = ByteBuffer.wrap(hash).getLong();
            return value == 0 ? 1 : value;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** What a client's cookie holds that is to come back here. */
    public long affinity() {
        return affinity;
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

    /** Whether it has not got its full share yet. */
    boolean warming(long now) {
        if (!warm && now - warmingSince >= warmingNanos) {
            warm = true;
        }
        return !warm;
    }

    /** How much of its time for warming up has passed, from 0 to 1. */
    double warmedFor(long now) {
        return warm ? 1 : (double) (now - warmingSince) / warmingNanos;
    }

    /** It was measured to be as fast as the others. */
    void warmed() {
        proven = true;
        warm = true;
    }

    /** Whether another one can be compared with it: it was so itself, or had the time for it. */
    boolean established(long now, long longest) {
        return !warming(now) && (proven || now - warmingSince >= longest);
    }

    ServiceTime serviceTime() {
        return serviceTime;
    }

    /** It answered in this time, as it should. */
    public void answeredIn(long nanos) {
        serviceTime.record(nanos);
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
