package dev.concertina.starter.session;

import dev.concertina.starter.request.Participant;
import dev.concertina.starter.request.Turn;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.util.Optional;
import org.springframework.core.Ordered;

/** Asks for the session last: a request that is refused needs none. */
final class SessionParticipant implements Participant, Ordered {
    private final Sessions sessions;
    private final SessionCookie cookie;
    private final Clock clock;

    SessionParticipant(Sessions sessions, SessionCookie cookie, Clock clock) {
        this.sessions = sessions;
        this.cookie = cookie;
        this.clock = clock;
    }

    @Override
    public Optional<String> script() {
        return sessions.asking().map(SessionStore.Asking::script);
    }

    @Override
    public Optional<String> userScript() {
        return sessions.asking().map(SessionStore.Asking::userScript);
    }

    @Override
    public Turn arrive(HttpServletRequest request) {
        return new SessionTurn(sessions, cookie, clock, request);
    }

    @Override
    public int getOrder() {
        return LOWEST_PRECEDENCE;
    }
}
