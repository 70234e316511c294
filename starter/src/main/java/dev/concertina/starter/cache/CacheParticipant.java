package dev.concertina.starter.cache;

import dev.concertina.starter.request.Outage;
import dev.concertina.starter.request.Participant;
import dev.concertina.starter.request.Question;
import dev.concertina.starter.request.Turn;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;

/** Learns what became invalid, with the request's one call. */
final class CacheParticipant implements Participant, Ordered {
    private final SharedCaches caches;

    CacheParticipant(SharedCaches caches) {
        this.caches = caches;
    }

    @Override
    public Optional<String> script() {
        return caches.coherence().script();
    }

    @Override
    public Turn arrive(HttpServletRequest request) {
        return new CatchUp();
    }

    /** After what may refuse the request; the session's part ends no call. */
    @Override
    public int getOrder() {
        return LOWEST_PRECEDENCE - 100;
    }

    private final class CatchUp implements Turn {
        private final Coherence.Asked asked = caches.coherence().asked();
        private boolean caughtUp;

        @Override
        public Optional<Question> question() {
            return caches.coherence().question(asked);
        }

        @Override
        public void answered(List<@Nullable Object> reply) {
            caches.coherence().answered(asked, reply);
            caughtUp = true;
        }

        @Override
        public void unanswered(Outage outage) {
            caughtUp = false;
        }

        @Override
        public void enter() {
            // A store in this JVM is asked directly, and has no script.
            if (caughtUp || caches.coherence().script().isPresent()) {
                caches.coherence().enter(caughtUp);
            }
        }

        @Override
        public void leave() {
            caches.leave();
        }
    }
}
