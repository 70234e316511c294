package dev.concertina.starter.request;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One participant's part in one request, in the order the methods are called. */
public interface Turn {
    /** The user as far as this participant knows without asking Redis; proven, not claimed. */
    default Optional<UserTag> user() {
        return Optional.empty();
    }

    /** Who any participant's {@link #user} says is asking. */
    default void caller(Supplier<Optional<UserTag>> user) {}

    /** Whether anybody's reply may still tell who the user is. */
    default void callerMayFollow(boolean follows) {}

    /** Whether the reply to this participant's question may tell who the user is. */
    default boolean mayNameUser() {
        return false;
    }

    /** What to ask, or empty when there is nothing to ask. */
    default Optional<Question> question() {
        return Optional.empty();
    }

    /**
     * The same where keys are spread over servers. All keys of one question share a slot, and its
     * script may touch no others; a call to {@code user()} in it finds nobody.
     *
     * @param settled whether nobody's reply can change who the user is; if not, what depends on it
     *     waits for {@link #more}
     */
    default List<Question> questions(boolean settled) {
        return question().stream().toList();
    }

    /** What is left to ask where keys are spread over servers, when everything else is answered. */
    default List<Question> more() {
        return List.of();
    }

    /** The answers to {@link #questions} or {@link #more}, in their order. */
    default void answeredApart(List<Answer> answers) {
        for (var answer : answers) {
            switch (answer) {
                case Answer.Reply reply -> answered(reply.parts());
                case Answer.Failed failed -> unanswered(failed.outage());
            }
        }
    }

    /** The reply of the participant's script to its question. */
    default void answered(List<@Nullable Object> reply) {}

    /** Redis did not answer, or an earlier participant stopped the call. */
    default void unanswered(Outage outage) {}

    /** Whether the request ends here. If so before the question, nobody's question is asked. */
    default Optional<Refusal> refusal() {
        return Optional.empty();
    }

    /** What the rest of the chain sees instead of the request. */
    default HttpServletRequest wrap(HttpServletRequest request, HttpServletResponse response) {
        return request;
    }

    /** A dispatch of the request begins in this thread; {@link #leave} follows in the same one. */
    default void enter() {}

    default void leave() {}

    /**
     * Called before the response's first byte leaves, while its fields can still be set, and again
     * at the end of each dispatch; what was written must be kept when it returns.
     */
    default void keep(HttpServletResponse response) {}

    /** The last dispatch of a request that was not refused has ended with this status. */
    default void end(int status) {}
}
