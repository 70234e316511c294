package dev.concertina.starter.request;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** One request on its way through all its dispatches, with every participant's turn. */
final class Exchange {
    private final List<Turn> turns;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile Optional<Outage> outage = Optional.empty();

    Exchange(List<Turn> turns) {
        this.turns = turns;
    }

    Optional<Refusal> refusal() {
        return turns.stream().flatMap(turn -> turn.refusal().stream()).findFirst();
    }

    HttpServletRequest wrap(HttpServletRequest request, HttpServletResponse response) {
        var wrapped = request;
        for (var turn : turns) {
            wrapped = turn.wrap(wrapped, response);
        }
        return wrapped;
    }

    void enter() {
        turns.forEach(Turn::enter);
    }

    void leave() {
        turns.forEach(Turn::leave);
    }

    void keep(HttpServletResponse response) {
        try {
            turns.forEach(turn -> turn.keep(response));
        } catch (Outage e) {
            outage = Optional.of(e);
            throw e;
        }
    }

    /** It was refused for an outage: nothing to tell about the application. */
    void refused() {
        ended.set(true);
    }

    void end(int status) {
        if (ended.compareAndSet(false, true)) {
            turns.forEach(turn -> turn.end(status));
        }
    }

    /** The outage behind a failure, whoever wrapped or swallowed it. */
    Optional<Outage> outage(Throwable failure) {
        for (var cause = Optional.of(failure);
                cause.isPresent();
                cause = cause.flatMap(c -> Optional.ofNullable(c.getCause()))) {
            if (cause.get() instanceof Outage found) {
                return Optional.of(found);
            }
        }
        return outage;
    }
}
