package dev.concertina.starter.token;

import dev.concertina.starter.request.Outage;
import dev.concertina.starter.request.Question;
import dev.concertina.starter.request.Refusal;
import dev.concertina.starter.request.Turn;
import dev.concertina.starter.request.UserTag;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A request with a token that is good as far as the token itself can say. */
final class TokenTurn implements Turn {
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS", "TRACE");
    private static final Refusal REVOKED =
            new Refusal(
                    401,
                    "Token revoked",
                    "The access token was revoked. Log in again.",
                    Duration.ZERO,
                    Map.of(
                            "WWW-Authenticate",
                            "Bearer error=\"invalid_token\","
                                    + " error_description=\"The token was revoked\""));

    private final TokenStore store;
    private final Access access;
    private final TokenSettings.Outage policy;
    private final String method;
    private Optional<Refusal> refusal = Optional.empty();

    TokenTurn(TokenStore store, Access access, TokenSettings.Outage policy, String method) {
        this.store = store;
        this.access = access;
        this.policy = policy;
        this.method = method;
        if (store.asking().isEmpty() && store.revoked(access)) {
            refusal = Optional.of(REVOKED);
        }
    }

    @Override
    public Optional<UserTag> user() {
        return Optional.of(access.user());
    }

    @Override
    public Optional<Question> question() {
        return store.asking().map(asking -> asking.question(access));
    }

    @Override
    public void answered(List<@Nullable Object> reply) {
        if (store.asking().orElseThrow().revoked(reply)) {
            refusal = Optional.of(REVOKED);
        }
    }

    @Override
    public void unanswered(Outage outage) {
        boolean accepted =
                switch (policy) {
                    case ACCEPT -> true;
                    case READ_ONLY -> SAFE.contains(method);
                    case REFUSE -> false;
                };
        if (!accepted) {
            refusal =
                    Optional.of(
                            new Refusal(
                                    503,
                                    "Revocations unavailable",
                                    "Nobody can say at the moment whether the access token was"
                                            + " revoked.",
                                    outage.retryAfter(),
                                    Map.of()));
        }
    }

    @Override
    public Optional<Refusal> refusal() {
        return refusal;
    }
}
