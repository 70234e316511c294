package dev.concertina.starter.session;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import org.jspecify.annotations.Nullable;

/** A request whose session is kept outside the instance. */
final class SessionRequest extends HttpServletRequestWrapper {
    private final HttpServletResponse response;
    private final SessionTurn turn;

    SessionRequest(HttpServletRequest request, HttpServletResponse response, SessionTurn turn) {
        super(request);
        this.response = response;
        this.turn = turn;
    }

    @Override
    public @Nullable HttpSession getSession(boolean create) {
        return create
                ? turn.sessionOrNew(getServletContext(), response)
                : turn.session(getServletContext()).orElse(null);
    }

    @Override
    public HttpSession getSession() {
        return turn.sessionOrNew(getServletContext(), response);
    }

    @Override
    public String changeSessionId() {
        var session =
                turn.session(getServletContext())
                        .orElseThrow(() ->
                                new IllegalStateException(
                                        "There is no session whose id could change. Call"
                                                + " getSession() first."));
        session.changeId();
        return session.getId();
    }

    @Override
    public @Nullable String getRequestedSessionId() {
        return turn.asked().map(id -> id.key().name()).orElse(null);
    }

    @Override
    public boolean isRequestedSessionIdValid() {
        return turn.asked().isPresent()
                && turn.session(getServletContext())
                        .filter(session -> turn.asked().get().equals(session.sessionId()))
                        .isPresent();
    }

    @Override
    public boolean isRequestedSessionIdFromCookie() {
        return turn.asked().isPresent();
    }

    @Override
    public boolean isRequestedSessionIdFromURL() {
        return false;
    }
}
