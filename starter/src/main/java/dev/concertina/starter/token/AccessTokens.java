package dev.concertina.starter.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.concertina.starter.request.UserTag;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import org.springframework.security.oauth2.jwt.Jwt;

/** Writes access tokens (RFC 9068) and says what a verified one is revoked by. */
@SuppressWarnings("JavaUtilDate") // Nimbus' own
record AccessTokens(
        SigningKeys keys, String issuer, String audience, Duration lifetime, Duration skew) {
    /** A token and when it ends. */
    record Written(String text, Instant end) {}

    Written write(TokenUser user, String id, String login, Instant at) {
        var key =
                keys.active(at)
                        .orElseThrow(() ->
                                new IllegalStateException(
                                        "No key of concertina.token.keys is active at "
                                                + at
                                                + ". Give one an active-from that has passed."));
        var end = at.plus(lifetime);
        var claims =
                new JWTClaimsSet.Builder()
                        .issuer(issuer)
                        .audience(audience)
                        .subject(user.id())
                        .jwtID(id)
                        .issueTime(Date.from(at))
                        .expirationTime(Date.from(end))
                        .claim(Claims.ISSUED_MILLIS, at.toEpochMilli())
                        .claim(Claims.LOGIN, login)
                        .claim(Claims.ROLES, user.roles());
        user.email().ifPresent(email -> claims.claim(Claims.EMAIL, email));
        user.tenant().ifPresent(tenant -> claims.claim(Claims.TENANT, tenant));
        var header =
                new JWSHeader.Builder(key.algorithm())
                        .keyID(key.id())
                        .type(TokenVerifier.TYPE)
                        .build();
        var jwt = new SignedJWT(header, claims.build());
        try {
            jwt.sign(key.signer());
        } catch (JOSEException e) {
            throw new IllegalStateException("key " + key.id() + " cannot sign", e);
        }
        // The claim holds whole seconds.
        return new Written(jwt.serialize(), Instant.ofEpochSecond(end.getEpochSecond()));
    }

    /** Empty when it is not a token of this issuer. */
    Optional<Access> access(Jwt token) {
        var subject = token.getSubject();
        var end = token.getExpiresAt();
        if (!issuer.equals(token.getClaimAsString("iss"))
                || subject == null
                || token.getId() == null
                || end == null
                || !(token.getClaim(Claims.ISSUED_MILLIS) instanceof Long issued)) {
            return Optional.empty();
        }
        return Optional.of(
                new Access(
                        UserTag.of(subject),
                        token.getId(),
                        String.valueOf(token.getClaimAsString(Claims.LOGIN)),
                        issued,
                        end.plus(skew)));
    }
}
