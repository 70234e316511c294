package dev.concertina.starter.token;

import com.nimbusds.jose.jwk.JWKSet;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All keys of the fleet. The newest that is active signs, all verify. A key is handed out with a
 * time to come first, so that every instance knows it before the first token bears its name.
 */
final class SigningKeys {
    private final Map<String, SigningKey> keys = new LinkedHashMap<>();

    SigningKeys(List<SigningKey> keys) {
        for (var key : keys) {
            if (this.keys.put(key.id(), key) != null) {
                throw new MissingTokenKeyException(
                        "concertina.token.keys holds the id " + key.id() + " twice.");
            }
        }
    }

    /** Whether tokens can be signed at that time. */
    Optional<SigningKey> active(Instant now) {
        return keys.values().stream()
                .filter(key -> !key.activeFrom().isAfter(now))
                .max(Comparator.comparing(SigningKey::activeFrom));
    }

    Optional<SigningKey> named(String id) {
        return Optional.ofNullable(keys.get(id));
    }

    /** The public halves (RFC 7517). */
    String published() {
        var halves = keys.values().stream().flatMap(key -> key.published().stream()).toList();
        return new JWKSet(halves).toString(true);
    }
}
