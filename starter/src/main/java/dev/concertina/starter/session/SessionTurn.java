package dev.concertina.starter.session;

import dev.concertina.starter.request.Outage;
import dev.concertina.starter.request.Question;
import dev.concertina.starter.request.Turn;
import dev.concertina.starter.request.UserTag;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The session of one request: looked up with the request's one call, kept before its answer. */
final class SessionTurn implements Turn {
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS", "TRACE");
    private static final Optional<OpenSession> NOTHING = Optional.empty();

    private final Sessions sessions;
    private final SessionCookie cookie;
    private final Clock clock;
    private final HttpServletRequest request;
    private final List<SessionId> brought;

    private Optional<SessionId> asked;
    private Optional<OpenSession> known;

    private Optional<Found> found = Optional.empty();
    private Optional<Outage> outage = Optional.empty();
    private Optional<SessionView> view = Optional.empty();
    private Optional<OpenSession> carried = Optional.empty();
    private boolean opened;
    private Optional<SessionId> told;
    private Optional<SessionId> enclosed;
    private boolean renewed;
    private boolean looked;
    private boolean touched;

    SessionTurn(Sessions sessions, SessionCookie cookie, Clock clock, HttpServletRequest request) {
        this.sessions = sessions;
        this.cookie = cookie;
        this.clock = clock;
        this.request = request;
        this.brought = cookie.read(request);
        this.asked = brought.stream().findFirst();
        this.known = asked.flatMap(id -> sessions.cached(id.key()));
        this.told = asked;
        this.enclosed = asked.filter(id -> cookie.readCapsule(request).isPresent());
    }

    @Override
    public Optional<UserTag> user() {
        // Without a part in the one call, asking for the user is asking for the session.
        if (sessions.asking().isEmpty() && sessions.isShared()) {
            find();
        }
        if (found.isPresent()) {
            return switch (found.get()) {
                case Found.Nothing nothing -> Optional.empty();
                case Found.Same same -> known.flatMap(session -> session.stored().user());
                case Found.Whole whole ->
                        Optional.of(whole.session())
                                .filter(session ->
                                        sessions.stamps().fits(asked.orElseThrow().key(), session))
                                .flatMap(Stored::user);
            };
        }
        return known.or(this::carried).flatMap(session -> session.stored().user());
    }

    @Override
    public boolean mayNameUser() {
        return asked.isPresent() && sessions.asking().isPresent();
    }

    /** What the request's capsule holds. */
    private Optional<OpenSession> carried() {
        if (!opened && asked.isPresent()) {
            opened = true;
            carried =
                    sessions.capsule()
                            .flatMap(capsule ->
                                    cookie.readCapsule(request)
                                            .flatMap(text ->
                                                    capsule.open(
                                                            asked.get().key(),
                                                            text,
                                                            clock.instant())));
        }
        return carried;
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
        var now = clock.instant();
        var empty =
                new Stored(
                        SessionId.text(16),
                        "0:",
                        now,
                        now,
                        sessions.idle(),
                        Optional.empty(),
                        "",
                        Map.of());
        var created = SessionView.created(sessions, context, empty);
        view = Optional.of(created);
        return created;
    }

    private void look(ServletContext context) {
        if (looked || asked.isEmpty()) {
            return;
        }
        find();
        if (outage.isPresent()) {
            lookInside(context, outage.get());
            return;
        }
        var answer = answer(found.orElseThrow());
        looked = true;
        touched = answer.touched();
        view =
                sessions.open(asked.get().key(), answer, known)
                        .map(open -> SessionView.found(sessions, context, asked.get(), open));
    }

    private void find() {
        if (asked.isPresent() && outage.isEmpty() && found.isEmpty()) {
            try {
                found = Optional.of(sessions.find(asked.get().key(), known));
            } catch (Outage e) {
                outage = Optional.of(e);
            }
        }
    }

    // Of several cookies the first that leads to a session counts: a stale one hides nobody's
    // login.
    private Found answer(Found first) {
        var answer = sessions.stamps().checked(brought.getFirst().key(), first);
        for (int i = 1; i < brought.size() && answer instanceof Found.Nothing; i++) {
            var other = brought.get(i);
            var cached = sessions.cached(other.key());
            var next = sessions.stamps().checked(other.key(), sessions.find(other.key(), cached));
            if (!(next instanceof Found.Nothing)) {
                answer = next;
                asked = Optional.of(other);
                known = cached;
                told = asked;
            }
        }
        return answer;
    }

    // Only what changes nothing may rest on what was true some minutes ago.
    private void lookInside(ServletContext context, Outage outage) {
        var inside = outage.isAway() && SAFE.contains(request.getMethod()) ? carried() : NOTHING;
        view =
                Optional.of(
                        inside.map(open ->
                                        SessionView.readOnly(sessions, context, asked.get(), open))
                                .orElseThrow(
                                        () -> new Outage("the session was not loaded", outage)));
        looked = true;
    }

    @Override
    public synchronized void keep(HttpServletResponse response) {
        noteTouch();
        var alive = view.filter(session -> !session.isInvalid()).filter(SessionView::keep);
        if (!response.isCommitted()) {
            tell(response, alive.map(SessionView::sessionId));
            tellCapsule(response, alive);
        }
    }

    private void noteTouch() {
        if (!looked && found.isPresent()) {
            touched = found.get().touched();
        }
    }

    /**
     * Makes the capsule anew when it is due or says something else, and takes it away when the
     * session is not there any more.
     */
    private void tellCapsule(HttpServletResponse response, Optional<SessionView> alive) {
        if (sessions.capsule().isEmpty() || outage.isPresent()) {
            return;
        }
        var capsule = sessions.capsule().get();
        if (alive.isPresent()) {
            var session = alive.get();
            var id = Optional.of(session.sessionId());
            var now = clock.instant();
            if (session.takeCarriedChanged()
                    || !id.equals(enclosed)
                    || (!renewed && capsule.due(cookie.readCapsule(request), now))) {
                renewed = true;
                enclosed = id;
                capsule.close(id.get().key(), session.stored(), session.carried(), now)
                        .ifPresentOrElse(
                                text -> cookie.writeCapsule(request, response, text, capsule),
                                () -> cookie.expireCapsule(request, response));
            }
        } else if (ended() && enclosed.isPresent()) {
            enclosed = Optional.empty();
            cookie.expireCapsule(request, response);
        }
    }

    private boolean ended() {
        return view.isPresent()
                || looked
                || found.filter(Found.Nothing.class::isInstance).isPresent();
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
