package dev.concertina.starter.session;

import dev.concertina.starter.request.Outage;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpSession;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The sessions of a user on all instances, to show and to end them. A user is who {@code
 * Authentication.getName()} says, or the attribute Spring Session calls {@code
 * PRINCIPAL_NAME_INDEX_NAME}. Any call may throw {@link Outage}.
 */
public final class UserSessions {
    private final Sessions sessions;
    private final Supplier<ServletContext> context;

    UserSessions(Sessions sessions, Supplier<ServletContext> context) {
        this.sessions = sessions;
        this.context = context;
    }

    /** Those that live now, the one last used first. */
    public List<UserSession> of(String user) {
        return sessions.ofUser(user).entrySet().stream()
                .map(entry -> {
                    var stored = entry.getValue().stored();
                    return new UserSession(
                            entry.getKey().name(),
                            stored.createdAt(),
                            stored.lastAccess(),
                            stored.idle());
                })
                .sorted(Comparator.comparing(UserSession::lastAccess).reversed())
                .toList();
    }

    /**
     * Ends one session of a user's.
     *
     * @param id as {@link UserSession#id} says; one of somebody else's is left alone
     * @return whether it was there and ended by this call
     */
    public boolean end(String user, String id) {
        return end(user, key -> key.name().equals(id)) > 0;
    }

    /** Ends all of a user's sessions; how many. Refresh tokens are not sessions. */
    public int endAll(String user) {
        return end(user, key -> true);
    }

    /** Ends all of a user's sessions but the one of this request; how many. */
    public int endOthers(String user, HttpSession mine) {
        return end(user, key -> !key.name().equals(mine.getId()));
    }

    private int end(String user, Predicate<SessionKey> which) {
        int ended = 0;
        for (var key : sessions.ofUser(user).keySet()) {
            if (which.test(key) && sessions.end(key, context.get())) {
                ended++;
            }
        }
        return ended;
    }
}
