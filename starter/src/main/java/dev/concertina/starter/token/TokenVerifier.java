package dev.concertina.starter.token;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.security.Key;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.JwtValidationException;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/**
 * Checks access tokens without asking anybody. The key is chosen by its id, and the algorithm must
 * be the key's own, so that a token cannot choose how it is verified. A token that was good once is
 * not verified again, only its times are.
 */
final class TokenVerifier {
    static final JOSEObjectType TYPE = new JOSEObjectType("at+jwt");
    private static final int LENGTH_MAX = 8192;

    private final ClaimRules rules;
    private final NimbusJwtDecoder decoder;
    private final Map<String, Jwt> good;

    TokenVerifier(SigningKeys keys, ClaimRules rules, int cached) {
        this.rules = rules;
        var processor = new DefaultJWTProcessor<SecurityContext>();
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(TYPE));
        processor.setJWSKeySelector((header, context) -> candidates(keys, header));
        processor.setJWSVerifierFactory(new ByKey(keys));
        processor.setJWTClaimsSetVerifier((claims, context) -> {});
        this.decoder = new NimbusJwtDecoder(processor);
        decoder.setJwtValidator(rules);
        this.good =
                new LinkedHashMap<>(16, 0.75f, true) {
                    @Override
                    protected boolean removeEldestEntry(Map.Entry<String, Jwt> eldest) {
                        return size() > cached;
                    }
                };
    }

    static Optional<SigningKey> named(SigningKeys keys, JWSHeader header) {
        // An extension that must be understood is not.
        if (header.getKeyID() == null || header.getCriticalParams() != null) {
            return Optional.empty();
        }
        return keys.named(header.getKeyID())
                .filter(key -> key.algorithm().equals(header.getAlgorithm()));
    }

    private static List<Key> candidates(SigningKeys keys, JWSHeader header)
            throws KeySourceException {
        return named(keys, header).stream().map(SigningKey::verifying).toList();
    }

    /**
     * @throws JwtException if it is not a token of ours that is good now
     */
    Jwt verify(String token) {
        if (token.length() > LENGTH_MAX) {
            throw new BadJwtException("The token is longer than " + LENGTH_MAX + " characters");
        }
        var known = remembered(token);
        if (known.isPresent()) {
            var result = rules.validate(known.get());
            if (result.hasErrors()) {
                forget(token);
                throw new JwtValidationException(
                        "The token is not good any more", result.getErrors());
            }
            return known.get();
        }
        var jwt = decoder.decode(token);
        remember(token, jwt);
        return jwt;
    }

    private Optional<Jwt> remembered(String token) {
        synchronized (good) {
            return Optional.ofNullable(good.get(token));
        }
    }

    private void remember(String token, Jwt jwt) {
        synchronized (good) {
            good.put(token, jwt);
        }
    }

    private void forget(String token) {
        synchronized (good) {
            good.remove(token);
        }
    }
}
