package dev.concertina.starter.limit;

import dev.concertina.starter.request.Participant;
import dev.concertina.starter.request.Turn;
import jakarta.servlet.http.HttpServletRequest;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.core.Ordered;

/** Asks first: a request that is refused needs nothing else. */
final class LimitParticipant implements Participant, Ordered, SmartInitializingSingleton {
    private final Limits limits;
    private final Buckets buckets;
    private final Tally tally;
    private final Supplier<List<LimitSource>> found;
    private final LongSupplier nanos;
    private volatile List<LimitSource> sources = List.of();

    /**
     * @param found asked once, when the application is built but not yet reached
     */
    LimitParticipant(
            Limits limits,
            Buckets buckets,
            Tally tally,
            Supplier<List<LimitSource>> found,
            LongSupplier nanos) {
        this.limits = limits;
        this.buckets = buckets;
        this.tally = tally;
        this.found = found;
        this.nanos = nanos;
    }

    @Override
    public void afterSingletonsInstantiated() {
        var all = found.get();
        var byName = new HashMap<String, Limit>();
        for (var limit : all.stream().flatMap(source -> source.all().stream()).toList()) {
            buckets.check(limit);
            var other = byName.putIfAbsent(limit.name(), limit);
            if (other != null && !other.equals(limit)) {
                throw new IllegalArgumentException(
                        "There are two limits named '"
                                + limit.name()
                                + "' that differ. Give one another name, or make them equal.");
            }
            tally.add(limit.name());
        }
        sources = all.stream().filter(source -> !source.all().isEmpty()).toList();
    }

    @Override
    public Optional<String> script() {
        return limits.shared().map(shared -> SharedCount.SCRIPT);
    }

    @Override
    public Turn arrive(HttpServletRequest request) {
        if (sources.isEmpty()) {
            return new Turn() {};
        }
        var holding = new LinkedHashMap<String, Limit>();
        for (var source : sources) {
            source.of(request).forEach(limit -> holding.put(limit.name(), limit));
        }
        return new LimitTurn(
                limits, buckets.of(List.copyOf(holding.values()), request), nanos.getAsLong());
    }

    @Override
    public int getOrder() {
        return 0;
    }
}
