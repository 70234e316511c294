package dev.concertina.starter.token;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.Jwt;

/** What a token of ours must say besides being signed by us: whose it is, for whom, and when. */
record ClaimRules(String issuer, String audience, Duration skew, Clock clock)
        implements OAuth2TokenValidator<Jwt> {
    @Override
    public OAuth2TokenValidatorResult validate(Jwt token) {
        return wrong(token, clock.instant())
                .map(text ->
                        OAuth2TokenValidatorResult.failure(
                                new OAuth2Error("invalid_token", text, null)))
                .orElse(OAuth2TokenValidatorResult.success());
    }

    private Optional<String> wrong(Jwt token, Instant now) {
        if (!issuer.equals(token.getClaimAsString("iss"))) {
            return Optional.of("The token is from another issuer");
        }
        if (token.getAudience() == null || !token.getAudience().contains(audience)) {
            return Optional.of("The token is for another audience");
        }
        if (blank(token.getSubject()) || blank(token.getId())) {
            return Optional.of("The token names nobody");
        }
        if (!(token.getClaim(Claims.ISSUED_MILLIS) instanceof Long)
                || blank(token.getClaimAsString(Claims.LOGIN))) {
            return Optional.of("The token does not say which login it came from");
        }
        return wrongTime(token, now);
    }

    private Optional<String> wrongTime(Jwt token, Instant now) {
        var end = token.getExpiresAt();
        if (end == null || !now.isBefore(end.plus(skew))) {
            return Optional.of("The token has expired");
        }
        if (ahead(token.getNotBefore(), now) || ahead(token.getIssuedAt(), now)) {
            return Optional.of("The token is not valid yet");
        }
        return Optional.empty();
    }

    private boolean ahead(@Nullable Instant time, Instant now) {
        return time != null && time.isAfter(now.plus(skew));
    }

    private static boolean blank(@Nullable String text) {
        return text == null || text.isBlank();
    }
}
