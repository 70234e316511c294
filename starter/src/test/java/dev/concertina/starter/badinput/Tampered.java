package dev.concertina.starter.badinput;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.function.UnaryOperator;

/** Tokens that are almost right. They are signed with the application's own key, an HS256 one. */
@SuppressWarnings("JavaUtilDate") // Nimbus' own
final class Tampered {
    static final String ISSUER = "https://registry.test";
    static final String KEY_ID = "one";
    static final String KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    private static final Duration LIFE = Duration.ofMinutes(15);

    private Tampered() {}

    static String good() {
        return token(claims -> claims);
    }

    static String token(UnaryOperator<JWTClaimsSet.Builder> change) {
        return token(KEY_ID, KEY, change);
    }

    static String token(String keyId, String key, UnaryOperator<JWTClaimsSet.Builder> change) {
        var header =
                new JWSHeader.Builder(JWSAlgorithm.HS256)
                        .keyID(keyId)
                        .type(new JOSEObjectType("at+jwt"))
                        .build();
        try {
            var jwt = new SignedJWT(header, change.apply(claims(Duration.ZERO)).build());
            jwt.sign(new MACSigner(Base64.getDecoder().decode(key)));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static String unsigned() {
        return new PlainJWT(claims(Duration.ZERO).build()).serialize();
    }

    /** As an instance writes it whose clock is that far ahead. */
    static String byClockAhead(Duration ahead) {
        return token(claims -> claims(ahead));
    }

    private static JWTClaimsSet.Builder claims(Duration ahead) {
        var now = Instant.now().plus(ahead);
        return new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .audience(ISSUER)
                .subject("ada")
                .jwtID("id")
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(LIFE)))
                .claim("iat_ms", now.toEpochMilli())
                .claim("sid", "login");
    }
}
