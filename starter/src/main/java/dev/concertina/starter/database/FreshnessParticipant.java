package dev.concertina.starter.database;

import dev.concertina.starter.request.Participant;
import dev.concertina.starter.request.Turn;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.springframework.core.Ordered;

/** Finds out with the request's one call how new what its user reads must be. */
final class FreshnessParticipant implements Participant, Ordered {
    private final Optional<Positions> positions;
    private final PositionCookie cookie;
    private final LongSupplier end;

    /**
     * @param end tells where the primary's log ends
     */
    FreshnessParticipant(Optional<Positions> positions, PositionCookie cookie, LongSupplier end) {
        this.positions = positions;
        this.cookie = cookie;
        this.end = end;
    }

    @Override
    public Optional<String> script() {
        return positions.map(unused -> Positions.READ);
    }

    @Override
    public Turn arrive(HttpServletRequest request) {
        return new FreshnessTurn(positions, cookie, end, request);
    }

    /** After the limits: a request that is refused needs none. */
    @Override
    public int getOrder() {
        return LOWEST_PRECEDENCE - 100;
    }
}
