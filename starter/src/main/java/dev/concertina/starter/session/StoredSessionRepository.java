package dev.concertina.starter.session;

import jakarta.servlet.ServletContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.session.FindByIndexNameSessionRepository;

/**
 * Spring Session's view of the sessions, for what is written against it: finding a user's sessions,
 * reading, changing and ending one. Requests do not come this way.
 */
final class StoredSessionRepository implements FindByIndexNameSessionRepository<StoredSession> {
    private final Sessions sessions;
    private final Supplier<ServletContext> context;

    StoredSessionRepository(Sessions sessions, Supplier<ServletContext> context) {
        this.sessions = sessions;
        this.context = context;
    }

    @Override
    public Map<String, StoredSession> findByIndexNameAndIndexValue(
            String indexName, String indexValue) {
        var found = new LinkedHashMap<String, StoredSession>();
        if (indexName.equals(PRINCIPAL_NAME_INDEX_NAME)) {
            sessions.ofUser(indexValue)
                    .forEach((key, open) ->
                            found.put(key.name(), new StoredSession(sessions, key, open)));
        }
        return found;
    }

    @Override
    public StoredSession createSession() {
        throw new UnsupportedOperationException(
                "A session begins with a request: call request.getSession(). Spring Session's"
                        + " own filter (@EnableSpringHttpSession and the like) has to be left"
                        + " out.");
    }

    @Override
    public void save(StoredSession session) {
        session.save();
    }

    @Override
    public @Nullable StoredSession findById(String id) {
        return SessionKey.named(id)
                .flatMap(key ->
                        sessions.peek(key).map(open -> new StoredSession(sessions, key, open)))
                .orElse(null);
    }

    @Override
    public void deleteById(String id) {
        SessionKey.named(id).ifPresent(key -> sessions.end(key, context.get()));
    }
}
