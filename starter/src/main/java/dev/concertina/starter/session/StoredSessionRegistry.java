package dev.concertina.starter.session;

import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.session.SessionInformation;
import org.springframework.security.core.session.SessionRegistry;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * Spring Security's registry over the sessions of all instances, so that {@code maximumSessions}
 * counts them all. Nothing is registered: a session is known because it is kept. One that is to end
 * is marked, and its next request hears of it, as with the registry of one JVM.
 */
@SuppressWarnings("JavaUtilDate") // SessionInformation holds one
final class StoredSessionRegistry implements SessionRegistry {
    static final String EXPIRED = StoredSessionRegistry.class.getName() + ".expired";

    private final Sessions sessions;

    StoredSessionRegistry(Sessions sessions) {
        this.sessions = sessions;
    }

    @Override
    public List<Object> getAllPrincipals() {
        throw new UnsupportedOperationException(
                "Names of users are not kept, only hashes of them. Ask for the sessions of one"
                        + " user.");
    }

    @Override
    public List<SessionInformation> getAllSessions(
            Object principal, boolean includeExpiredSessions) {
        var name = new TestingAuthenticationToken(principal, null).getName();
        var known = new ArrayList<SessionInformation>();
        sessions.ofUser(name)
                .forEach((key, session) -> {
                    var information = new Information(principal, key, session);
                    if (includeExpiredSessions || !information.isExpired()) {
                        known.add(information);
                    }
                });
        return known;
    }

    // Spring Security asks this with every request; the request's own session is there already.
    @Override
    public @Nullable SessionInformation getSessionInformation(String sessionId) {
        return SessionKey.named(sessionId)
                .flatMap(key ->
                        ofRequest(sessionId)
                                .or(() -> sessions.peek(key))
                                .map(session -> new Information(user(session), key, session)))
                .orElse(null);
    }

    private static Optional<OpenSession> ofRequest(String id) {
        return Optional.ofNullable(RequestContextHolder.getRequestAttributes())
                .filter(ServletRequestAttributes.class::isInstance)
                .map(attributes -> ((ServletRequestAttributes) attributes).getRequest())
                .map(request -> request.getSession(false))
                .filter(session -> session instanceof SessionView && session.getId().equals(id))
                .map(session -> ((SessionView) session).base());
    }

    private String user(OpenSession session) {
        return session.names().stream()
                .flatMap(name -> session.value(name).stream())
                .flatMap(value -> sessions.codec().user(value).stream())
                .findFirst()
                .orElse("");
    }

    @Override
    public void refreshLastRequest(String sessionId) {}

    @Override
    public void registerNewSession(String sessionId, Object principal) {}

    @Override
    public void removeSessionInformation(String sessionId) {}

    private final class Information extends SessionInformation {
        private static final long serialVersionUID = 1;

        private final transient SessionKey key;
        private final transient OpenSession session;

        Information(Object principal, SessionKey key, OpenSession session) {
            super(principal, key.name(), Date.from(session.stored().lastAccess()));
            this.key = key;
            this.session = session;
            if (session.names().contains(EXPIRED)) {
                super.expireNow();
            }
        }

        @Override
        public void expireNow() {
            if (!isExpired()) {
                super.expireNow();
                var unused =
                        sessions.write(
                                key, session, Map.of(EXPIRED, true), Set.of(), Optional.empty());
            }
        }
    }
}
