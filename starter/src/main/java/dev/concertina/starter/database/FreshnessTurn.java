package dev.concertina.starter.database;

import dev.concertina.starter.request.Outage;
import dev.concertina.starter.request.Question;
import dev.concertina.starter.request.Turn;
import dev.concertina.starter.request.UserTag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request: what its user wrote before, and what it writes. */
final class FreshnessTurn implements Turn {
    private static final Logger log = LoggerFactory.getLogger(FreshnessTurn.class);

    private final Optional<Positions> positions;
    private final PositionCookie cookie;
    private final LongSupplier end;
    private final HttpServletRequest request;
    private final Freshness freshness = new Freshness();
    private Supplier<Optional<UserTag>> caller = Optional::empty;
    private Optional<UserTag> told = Optional.empty();
    private boolean follows;
    private boolean later;

    FreshnessTurn(
            Optional<Positions> positions,
            PositionCookie cookie,
            LongSupplier end,
            HttpServletRequest request) {
        this.positions = positions;
        this.cookie = cookie;
        this.end = end;
        this.request = request;
        freshness.need(cookie.read(request));
    }

    @Override
    public void caller(Supplier<Optional<UserTag>> user) {
        this.caller = user;
    }

    @Override
    public void callerMayFollow(boolean follows) {
        this.follows = follows;
    }

    @Override
    public Optional<Question> question() {
        var user = caller.get();
        // A stranger wrote nothing that anybody could know of.
        return user.isPresent() || follows
                ? positions.map(known -> known.question(user))
                : Optional.empty();
    }

    @Override
    public List<Question> questions(boolean settled) {
        later = !settled;
        return settled ? apart() : List.of();
    }

    @Override
    public List<Question> more() {
        return later ? apart() : List.of();
    }

    private List<Question> apart() {
        var user = caller.get();
        return user.isPresent()
                ? positions.map(known -> known.question(user)).stream().toList()
                : List.of();
    }

    @Override
    public void answered(List<@Nullable Object> reply) {
        if (reply.size() == 2) {
            freshness.need(Position.ofDigits(text(reply.get(0))).orElse(Position.NONE));
            told = Optional.of(text(reply.get(1))).filter(tag -> !tag.isEmpty()).map(UserTag::new);
        }
    }

    private static String text(@Nullable Object part) {
        return part instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : "";
    }

    /** What the user wrote is not known, so only the primary has it for certain. */
    @Override
    public void unanswered(Outage outage) {
        freshness.need(Position.UNKNOWN);
    }

    @Override
    public void enter() {
        Freshness.enter(freshness);
    }

    @Override
    public void leave() {
        Freshness.leave();
    }

    /** Before the client can know that it wrote, everybody else can. */
    @Override
    public void keep(HttpServletResponse response) {
        if (!freshness.untold()) {
            return;
        }
        // Unknown is a position too: then the user reads from the primary for a while.
        long position = freshness.needed(end);
        if (!response.isCommitted()) {
            cookie.write(request, response, position);
        }
        var user = caller.get().or(() -> told);
        if (positions.isPresent() && user.isPresent()) {
            note(positions.get(), user.get(), position);
        }
    }

    // What was written is written. Whoever comes without the cookie may miss it until the replicas
    // have it; to say so with an error would be worse.
    private static void note(Positions positions, UserTag user, long position) {
        try {
            positions.note(user, position);
        } catch (Outage e) {
            log.warn("A user's position is known by their cookie only: {}", e.getMessage());
        }
    }
}
