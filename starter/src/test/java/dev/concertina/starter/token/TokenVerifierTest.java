package dev.concertina.starter.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.springframework.security.oauth2.jwt.JwtException;

@SuppressWarnings("JavaUtilDate") // Nimbus' own
class TokenVerifierTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final Duration SKEW = Duration.ofSeconds(30);
    private static final Duration LIFE = Duration.ofMinutes(15);
    private static final String ISSUER = "https://registry.test";
    private static final String SEED = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    private static final String SECRET = "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0";

    private final SigningKeys keys = keys(key("ed", TokenSettings.Algorithm.EDDSA, SEED));
    private final TokenVerifier verifier = verifier(keys, NOW);

    private static TokenSettings.Key key(
            String id, TokenSettings.Algorithm algorithm, String value) {
        return key(id, algorithm, value, Optional.empty());
    }

    private static TokenSettings.Key key(
            String id, TokenSettings.Algorithm algorithm, String value, Optional<Instant> from) {
        return new TokenSettings.Key(
                Optional.of(id), algorithm, Optional.of(value), Optional.empty(), from);
    }

    private static SigningKeys keys(TokenSettings.Key... keys) {
        return new SigningKeys(List.of(keys).stream().map(key -> KeyReader.read(key, 0)).toList());
    }

    private static TokenVerifier verifier(SigningKeys keys, Instant now) {
        var clock = Clock.fixed(now, ZoneOffset.UTC);
        return new TokenVerifier(keys, new ClaimRules(ISSUER, "registry", SKEW, clock), 100);
    }

    private static AccessTokens writer(SigningKeys keys) {
        return new AccessTokens(keys, ISSUER, "registry", LIFE, SKEW);
    }

    private static String written(SigningKeys keys) {
        return writer(keys).write(new TokenUser("ada", "ADMIN"), "id", "login", NOW).text();
    }

    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .audience("registry")
                .subject("ada")
                .jwtID("id")
                .issueTime(Date.from(NOW))
                .expirationTime(Date.from(NOW.plus(LIFE)))
                .claim(Claims.ISSUED_MILLIS, NOW.toEpochMilli())
                .claim(Claims.LOGIN, "login");
    }

    private static JWSHeader.Builder header() {
        return new JWSHeader.Builder(JWSAlgorithm.EdDSA).keyID("ed").type(TokenVerifier.TYPE);
    }

    private String signed(JWSHeader header, JWTClaimsSet claims) {
        return signed(header, claims, keys.named("ed").orElseThrow().signer());
    }

    private static String signed(JWSHeader header, JWTClaimsSet claims, JWSSigner signer) {
        try {
            var jwt = new SignedJWT(header, claims);
            jwt.sign(signer);
            return jwt.serialize();
        } catch (com.nimbusds.jose.JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private void assertRefused(String reason, UnaryOperator<JWTClaimsSet.Builder> change) {
        var token = signed(header().build(), change.apply(claims()).build());
        assertThatThrownBy(() -> verifier.verify(token))
                .isInstanceOf(JwtException.class)
                .hasMessageContaining(reason);
    }

    private void assertRefused(String token) {
        assertThatThrownBy(() -> verifier.verify(token))
                .isInstanceOf(JwtException.class)
                .hasMessageNotContaining(token);
    }

    @Test
    void whatIsWrittenIsVerified() {
        var jwt = verifier.verify(written(keys));
        assertThat(jwt.getSubject()).isEqualTo("ada");
        assertThat(jwt.getClaimAsStringList("roles")).containsExactly("ADMIN");
        assertThat(jwt.getExpiresAt()).isEqualTo(NOW.plus(LIFE));
        assertThat(jwt.getHeaders()).containsEntry("typ", "at+jwt").containsEntry("kid", "ed");
    }

    @Test
    void allClaimsOfAUserAreCarried() {
        var user =
                new TokenUser(
                        "7",
                        Optional.of("ada@registry.test"),
                        List.of("A", "B"),
                        Optional.of("north"));
        var jwt = verifier.verify(writer(keys).write(user, "id", "login", NOW).text());
        assertThat(jwt.getClaimAsString("email")).isEqualTo("ada@registry.test");
        assertThat(jwt.getClaimAsString("tenant")).isEqualTo("north");
        assertThat(jwt.getClaimAsStringList("roles")).containsExactly("A", "B");
    }

    @Test
    void theFrameOfTheseTestsIsGoodByItself() {
        assertThat(verifier.verify(signed(header().build(), claims().build())).getSubject())
                .isEqualTo("ada");
    }

    @Test
    void anUnsignedTokenIsRefused() {
        assertRefused(new PlainJWT(claims().build()).serialize());
    }

    @Test
    void anotherIssuerIsRefused() {
        assertRefused("another issuer", claims -> claims.issuer("https://other.test"));
        assertRefused("another issuer", claims -> claims.issuer(null));
    }

    @Test
    void anotherAudienceIsRefused() {
        assertRefused("another audience", claims -> claims.audience("other"));
        assertRefused("another audience", claims -> claims.audience(List.of()));
    }

    @Test
    void anExpiredTokenIsRefused() {
        var issued = Date.from(NOW.minus(LIFE));
        var end = Date.from(NOW.minus(SKEW));
        assertRefused("expired", claims -> claims.issueTime(issued).expirationTime(end));
        assertRefused("expired", claims -> claims.expirationTime(null));
    }

    @Test
    void aTokenOfTheFutureIsRefused() {
        var ahead = Date.from(NOW.plus(SKEW).plusSeconds(1));
        assertRefused("not valid yet", claims -> claims.notBeforeTime(ahead));
        assertRefused("not valid yet", claims -> claims.issueTime(ahead));
    }

    @Test
    void clocksMayDifferByTheSkew() {
        var behind =
                claims().issueTime(Date.from(NOW.minus(LIFE)))
                        .expirationTime(Date.from(NOW.minus(SKEW).plusSeconds(1)))
                        .build();
        assertThat(verifier.verify(signed(header().build(), behind)).getSubject()).isEqualTo("ada");
        var ahead = claims().notBeforeTime(Date.from(NOW.plus(SKEW))).build();
        assertThat(verifier.verify(signed(header().build(), ahead)).getSubject()).isEqualTo("ada");
    }

    @Test
    void aTokenThatCannotBeRevokedIsRefused() {
        assertRefused("nobody", claims -> claims.jwtID(null));
        assertRefused("nobody", claims -> claims.subject(null));
        assertRefused("login", claims -> claims.claim(Claims.ISSUED_MILLIS, null));
        assertRefused("login", claims -> claims.claim(Claims.ISSUED_MILLIS, "soon"));
        assertRefused("login", claims -> claims.claim(Claims.LOGIN, null));
    }

    @Test
    void anUnknownKeyIsRefused() {
        assertRefused(signed(header().keyID("other").build(), claims().build()));
        assertRefused(signed(header().keyID(null).build(), claims().build()));
    }

    @Test
    void anotherKindOfTokenIsRefused() {
        assertRefused(signed(header().type(JOSEObjectType.JWT).build(), claims().build()));
        assertRefused(signed(header().type(null).build(), claims().build()));
    }

    @Test
    void anExtensionThatMustBeUnderstoodIsRefused() {
        var header = header().criticalParams(Set.of("exp")).customParam("exp", 1).build();
        assertRefused(signed(header, claims().build()));
    }

    @Test
    void anAlteredTokenIsRefused() {
        var token = written(keys);
        var parts = token.split("\\.");
        var body = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
        var altered = body.replace("\"ada\"", "\"eve\"");
        assertThat(altered).isNotEqualTo(body);
        var text =
                Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(altered.getBytes(StandardCharsets.UTF_8));
        assertRefused(parts[0] + '.' + text + '.' + parts[2]);
        assertRefused(parts[0] + '.' + parts[1] + '.' + parts[2].substring(2));
        assertRefused(parts[0] + '.' + parts[1] + '.');
        assertRefused(token + token.repeat(20));
        assertRefused("no token");
        assertRefused("..");
    }

    @Test
    void aPublicKeyIsNoSecret() throws Exception {
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        var pair = generator.generateKeyPair();
        var pem =
                "-----BEGIN PRIVATE KEY-----\n"
                        + Base64.getMimeEncoder().encodeToString(pair.getPrivate().getEncoded())
                        + "\n-----END PRIVATE KEY-----\n";
        var rsa = keys(key("rsa", TokenSettings.Algorithm.RS256, pem));
        assertThat(verifier(rsa, NOW).verify(written(rsa)).getSubject()).isEqualTo("ada");
        var header =
                new JWSHeader.Builder(JWSAlgorithm.HS256)
                        .keyID("rsa")
                        .type(TokenVerifier.TYPE)
                        .build();
        var forged = signed(header, claims().build(), new MACSigner(pair.getPublic().getEncoded()));
        assertThatThrownBy(() -> verifier(rsa, NOW).verify(forged))
                .isInstanceOf(JwtException.class);
    }

    @Test
    void aSharedSecretSignsAndIsNotPublished() {
        var secret = keys(key("hs", TokenSettings.Algorithm.HS256, SECRET));
        assertThat(verifier(secret, NOW).verify(written(secret)).getSubject()).isEqualTo("ada");
        assertThat(secret.published()).isEqualTo("{\"keys\":[]}");
    }

    @Test
    void onlyPublicHalvesArePublished() {
        assertThat(keys.published()).contains("\"kid\":\"ed\"").doesNotContain("\"d\"");
    }

    @Test
    void aNewKeyIsKnownBeforeItSigns() {
        var later = NOW.plus(Duration.ofHours(1));
        var both =
                keys(
                        key("old", TokenSettings.Algorithm.EDDSA, SEED),
                        key("new", TokenSettings.Algorithm.HS256, SECRET, Optional.of(later)));
        assertThat(both.active(NOW).orElseThrow().id()).isEqualTo("old");
        assertThat(both.active(later).orElseThrow().id()).isEqualTo("new");
        var old = written(both);
        var fresh = writer(both).write(new TokenUser("ada"), "id", "login", later).text();
        // Clocks differ: another instance may sign with it already.
        assertThat(verifier(both, NOW).verify(old).getHeaders()).containsEntry("kid", "old");
        assertThat(verifier(both, later).verify(fresh).getHeaders()).containsEntry("kid", "new");
    }

    @Test
    void aRememberedTokenStillExpires() {
        var now = new Instant[] {NOW};
        var clock =
                new Clock() {
                    @Override
                    public Instant instant() {
                        return now[0];
                    }

                    @Override
                    public java.time.ZoneId getZone() {
                        return ZoneOffset.UTC;
                    }

                    @Override
                    public Clock withZone(java.time.ZoneId zone) {
                        return this;
                    }
                };
        var remembering =
                new TokenVerifier(keys, new ClaimRules(ISSUER, "registry", SKEW, clock), 100);
        var token = written(keys);
        assertThat(remembering.verify(token)).isSameAs(remembering.verify(token));
        now[0] = NOW.plus(LIFE).plus(SKEW);
        assertThatThrownBy(() -> remembering.verify(token)).isInstanceOf(JwtException.class);
    }

    @Test
    void aBadKeyIsNamedByItsPlaceOnly() {
        for (var value : List.of("short", "c2hvcnQ=", "not base64!")) {
            for (var algorithm : TokenSettings.Algorithm.values()) {
                assertThatThrownBy(() -> KeyReader.read(key("k", algorithm, value), 3))
                        .isInstanceOf(MissingTokenKeyException.class)
                        .hasMessageContaining("concertina.token.keys[3]")
                        .hasMessageNotContaining(value);
            }
        }
    }

    /** RFC 8032, 7.1, test 1. */
    @Test
    void aSeedGrowsIntoThePairOfTheStandard() throws Exception {
        var hex = java.util.HexFormat.of();
        var seed = hex.parseHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
        var key = (java.security.interfaces.EdECPublicKey) Ed25519.pair(seed).getPublic();
        assertThat(hex.formatHex(Ed25519.written(key)))
                .isEqualTo("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    }
}
