package dev.concertina.starter.preference;

import dev.concertina.starter.request.Participant;
import dev.concertina.starter.request.Question;
import dev.concertina.starter.request.Turn;
import dev.concertina.starter.request.UserTag;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/** Reads the choices with the request's one call, where the settings say that they will be used. */
final class PreferenceParticipant implements Participant, Ordered {
    private final PreferenceStore store;
    private final VisitorCookie cookie;
    private final List<PathPattern> paths;

    PreferenceParticipant(PreferenceStore store, VisitorCookie cookie, List<String> paths) {
        this.store = store;
        this.cookie = cookie;
        this.paths = paths.stream().map(PathPatternParser.defaultInstance::parse).toList();
    }

    @Override
    public Optional<String> script() {
        return paths.isEmpty()
                ? Optional.empty()
                : store.asking().map(PreferenceStore.Asking::script);
    }

    @Override
    public Turn arrive(HttpServletRequest request) {
        return paths.isEmpty() || store.asking().isEmpty() || !isNamed(request)
                ? new Turn() {}
                : new Reading(store.asking().get(), request);
    }

    private boolean isNamed(HttpServletRequest request) {
        var path = request.getRequestURI().substring(request.getContextPath().length());
        var container = PathContainer.parsePath(path);
        return paths.stream().anyMatch(pattern -> pattern.matches(container));
    }

    /** After the limits: a request that is refused needs none. */
    @Override
    public int getOrder() {
        return 100;
    }

    private final class Reading implements Turn {
        private final PreferenceStore.Asking asking;
        private final HttpServletRequest request;
        private Supplier<Optional<UserTag>> user = Optional::empty;
        private Optional<Owner> owner = Optional.empty();

        Reading(PreferenceStore.Asking asking, HttpServletRequest request) {
            this.asking = asking;
            this.request = request;
        }

        @Override
        public void caller(Supplier<Optional<UserTag>> user) {
            this.user = user;
        }

        // A user this instance has not seen yet is asked for when the choices are.
        @Override
        public Optional<Question> question() {
            owner = user.get().map(Owner::user).or(() -> cookie.read(request).map(Owner::visitor));
            return owner.map(asking::question);
        }

        @Override
        public void answered(List<@Nullable Object> reply) {
            owner.ifPresent(known -> Read.of(request).know(known, asking.found(reply)));
        }
    }
}
