package dev.concertina.starter.session;

import dev.concertina.starter.request.Outage;
import dev.concertina.starter.request.Question;
import dev.concertina.starter.request.Turn;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The session of one request: looked up with the request's one call, kept before its answer. */
final class SessionTurn implements Turn {
    private final Sessions sessions;
    private final SessionCookie cookie;
    private final Clock clock;
    private final HttpServletRequest request;
    private final Optional<SessionId> asked;
    private final Optional<OpenSession> known;

    private Optional<Found> found = Optional.empty();
    private Optional<Outage> outage = Optional.empty();
    private Optional<SessionView> view = Optional.empty();
    private Optional<SessionId> told;
    private boolean looked;
    private boolean touched;

    SessionTurn(Sessions sessions, SessionCookie cookie, Clock clock, HttpServletRequest request) {
        this.sessions = sessions;
        this.cookie = cookie;
        this.clock = clock;
        this.request = request;
        this.asked = cookie.read(request);
        this.known = asked.flatMap(id -> sessions.cached(id.key()));
        this.told = asked;
    }

    @Override
    public Optional<Question> question() {
        return sessions.asking()
                .flatMap(asking ->
                        asked.map(id ->
                                asking.question(
                                        id.key(), Sessions.version(known), sessions.touchEvery())));
    }

    @Override
    public void answered(List<@Nullable Object> reply) {
        found = sessions.asking().map(asking -> asking.found(reply));
    }

    @Override
    public void unanswered(Outage outage) {
        this.outage = Optional.of(outage);
    }

    @Override
    public HttpServletRequest wrap(HttpServletRequest request, HttpServletResponse response) {
        return new SessionRequest(request, response, this);
    }

    Optional<SessionId> asked() {
        return asked;
    }

    /** The request's session, if there is one. */
    synchronized Optional<SessionView> session(ServletContext context) {
        look(context);
        return view.filter(session -> !session.isInvalid());
    }

    /** The request's session, a new one if there is none. */
    synchronized SessionView sessionOrNew(ServletContext context, HttpServletResponse response) {
        var existing = session(context);
        if (existing.isPresent()) {
            return existing.get();
        }
        if (response.isCommitted()) {
            throw new IllegalStateException(
                    "A session cannot be created after the response has been sent: its cookie"
                            + " would not reach the client. Create it before writing the body.");
        }
        discard();
        var now = clock.instant();
        var empty = new Stored(SessionId.text(16), "0:", now, now, sessions.idle(), Map.of());
        var created = SessionView.created(sessions, context, empty);
        view = Optional.of(created);
        return created;
    }

    private void look(ServletContext context) {
        if (looked || asked.isEmpty()) {
            return;
        }
        if (outage.isPresent()) {
            throw new Outage("the session was not loaded", outage.get());
        }
        var key = asked.get().key();
        var answer = found.isPresent() ? found.get() : sessions.find(key, known);
        looked = true;
        touched = answer.touched();
        view =
                sessions.open(key, answer, known)
                        .map(open -> SessionView.found(sessions, context, asked.get(), open));
    }

    private void discard() {
        view.filter(SessionView::isInvalid).ifPresent(SessionView::delete);
    }

    @Override
    public synchronized void keep(HttpServletResponse response) {
        noteTouch();
        discard();
        var alive = view.filter(session -> !session.isInvalid()).filter(SessionView::keep);
        if (!response.isCommitted()) {
            tell(response, alive.map(SessionView::sessionId));
        }
    }

    private void noteTouch() {
        if (!looked && found.isPresent()) {
            touched = found.get().touched();
        }
    }

    private void tell(HttpServletResponse response, Optional<SessionId> now) {
        if (view.isEmpty()) {
            if (touched && asked.isPresent()) {
                touched = false;
                cookie.write(request, response, asked.get());
            }
            return;
        }
        if (now.isPresent() && (touched || !now.equals(told))) {
            cookie.write(request, response, now.get());
        } else if (now.isEmpty() && told.isPresent()) {
            cookie.expire(request, response);
        }
        touched = false;
        told = now;
    }
}
