package dev.concertina.gateway.limit;

import dev.concertina.contract.Policies.RateLimit;
import dev.concertina.gateway.path.PathPattern;
import dev.concertina.gateway.path.RequestPath;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The rates of the table, and what each client has used of them. A request passes all whose path
 * matches, or counts for none. Shared by all event loops without a lock; {@link Debts} says how
 * exact that is.
 *
 * <p>Memory is bounded: each limit remembers {@link #CLIENTS} clients in half a mebibyte.
 */
public final class RateLimits {
    /** Clients that one limit remembers. */
    public static final int CLIENTS = 32 * 1024;

    private final List<Limit> limits;
    private final int clients;
    private final LongSupplier seeds;

    private record Limit(
            RateLimit rate, PathPattern pattern, long cost, long tolerance, Debts debts) {}

    private RateLimits(List<Limit> limits, int clients, LongSupplier seeds) {
        this.limits = List.copyOf(limits);
        this.clients = clients;
        this.seeds = seeds;
    }

    /**
     * No limits yet.
     *
     * @param seeds random numbers, so that nobody can tell which clients share a bucket
     */
    public static RateLimits none(LongSupplier seeds) {
        return none(CLIENTS, seeds);
    }

    static RateLimits none(int clients, LongSupplier seeds) {
        return new RateLimits(List.of(), clients, seeds);
    }

    /**
     * These limits from now on. One that was there before keeps what it remembers.
     *
     * @throws IllegalArgumentException naming a pattern or number that cannot be
     */
    public RateLimits follow(List<RateLimit> rates) {
        List<Limit> next = new ArrayList<>();
        for (RateLimit rate : new LinkedHashSet<>(rates)) {
            next.add(known(rate).orElseGet(() -> compile(rate)));
        }
        return new RateLimits(next, clients, seeds);
    }

    private Optional<Limit> known(RateLimit rate) {
        return limits.stream().filter(limit -> limit.rate.equals(rate)).findFirst();
    }

    private Limit compile(RateLimit rate) {
        long period = rate.period().toNanos();
        if (rate.requests() < 1 || period < rate.requests() || rate.burst() < 0) {
            throw new IllegalArgumentException(
                    "limit of '"
                            + rate.path()
                            + "' is "
                            + rate.requests()
                            + " in "
                            + rate.period()
                            + " with burst "
                            + rate.burst()
                            + ". Use at least 1 request in a time above zero, and burst 0 or more.");
        }
        long cost = period / rate.requests();
        return new Limit(
                rate,
                PathPattern.of(rate.path()),
                cost,
                Math.multiplyExact(cost, rate.burst()),
                new Debts(clients, seeds.getAsLong()));
    }

    public boolean isEmpty() {
        return limits.isEmpty();
    }

    /**
     * Counts a request, if all limits allow it.
     *
     * @param client from {@link ClientKey}
     * @param now nanoseconds on any clock that goes forward
     * @return 0 if it is allowed; else for how many nanoseconds it is not, for Retry-After (RFC
     *     9110 section 10.2.3)
     */
    public long take(long client, RequestPath path, long now) {
        long matching = 0;
        long wait = 0;
        for (int i = 0; i < limits.size(); i++) {
            Limit limit = limits.get(i);
            if (limit.pattern.matches(path)) {
                matching |= bit(i);
                wait = Math.max(wait, limit.debts.wait(client, limit.tolerance, now));
            }
        }
        return wait > 0 || matching == 0 ? wait : takeAll(client, path, matching, now);
    }

    private long takeAll(long client, RequestPath path, long matching, long now) {
        for (int i = 0; i < limits.size(); i++) {
            Limit limit = limits.get(i);
            if (!matched(i, matching, limit, path)) {
                continue;
            }
            long wait = limit.debts.take(client, limit.cost, limit.tolerance, now);
            if (wait > 0) {
                giveBack(client, path, matching, i);
                return wait;
            }
        }
        return 0;
    }

    /** Another loop was faster at the limit before which this stops. */
    private void giveBack(long client, RequestPath path, long matching, int before) {
        for (int i = 0; i < before; i++) {
            Limit limit = limits.get(i);
            if (matched(i, matching, limit, path)) {
                limit.debts.giveBack(client, limit.cost);
            }
        }
    }

    /** What fits in the mask is not matched a second time. */
    private static boolean matched(int index, long matching, Limit limit, RequestPath path) {
        return index < 63 ? (matching & bit(index)) != 0 : limit.pattern.matches(path);
    }

    private static long bit(int index) {
        return index < 63 ? 1L << index : 1L << 63;
    }
}
