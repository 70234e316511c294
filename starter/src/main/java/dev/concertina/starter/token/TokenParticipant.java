package dev.concertina.starter.token;

import dev.concertina.starter.request.Participant;
import dev.concertina.starter.request.Tenant;
import dev.concertina.starter.request.Turn;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.springframework.core.Ordered;
import org.springframework.security.oauth2.jwt.JwtException;

/** Asks whether the request's token was revoked, within the one call of the request. */
final class TokenParticipant implements Participant, Ordered {
    private static final String SCHEME = "Bearer ";

    private final TokenVerifier verifier;
    private final AccessTokens tokens;
    private final TokenStore store;
    private final TokenSettings.Outage outage;

    TokenParticipant(
            TokenVerifier verifier,
            AccessTokens tokens,
            TokenStore store,
            TokenSettings.Outage outage) {
        this.verifier = verifier;
        this.tokens = tokens;
        this.store = store;
        this.outage = outage;
    }

    @Override
    public Optional<String> script() {
        return store.asking().map(TokenStore.Asking::script);
    }

    @Override
    public Turn arrive(HttpServletRequest request) {
        return access(request)
                .<Turn>map(access -> new TokenTurn(store, access, outage, request.getMethod()))
                .orElse(new Turn() {});
    }

    // A token that is not good is Spring Security's to refuse; it may also be another issuer's.
    private Optional<Access> access(HttpServletRequest request) {
        var header = request.getHeader("Authorization");
        if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Optional.empty();
        }
        try {
            var text = header.substring(SCHEME.length()).strip();
            var token = verifier.verify(text);
            var access = tokens.access(token);
            var tenant = token.getClaimAsString(Claims.TENANT);
            if (access.isPresent() && tenant != null) {
                Tenant.prove(request, tenant);
            }
            return access;
        } catch (JwtException e) {
            return Optional.empty();
        }
    }

    /** Before the session: a refused request needs none. */
    @Override
    public int getOrder() {
        return -100;
    }
}
