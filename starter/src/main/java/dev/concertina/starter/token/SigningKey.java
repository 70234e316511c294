package dev.concertina.starter.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.jwk.JWK;
import java.security.Key;
import java.time.Instant;
import java.util.Optional;

/**
 * One key, used with one algorithm only: a token that names another is not looked at.
 *
 * @param id the header {@code kid}
 * @param verifying the key a verifier is chosen by
 * @param published what others verify with; empty for a shared secret
 */
record SigningKey(
        String id,
        JWSAlgorithm algorithm,
        Instant activeFrom,
        JWSSigner signer,
        JWSVerifier verifier,
        Key verifying,
        Optional<JWK> published) {

    /** Proves at start that what it signs it also verifies. */
    SigningKey proven() throws JOSEException {
        var header = new com.nimbusds.jose.JWSHeader(algorithm);
        var text = new byte[] {1, 2, 3};
        if (!verifier.verify(header, text, signer.sign(header, text))) {
            throw new JOSEException("its halves do not belong together");
        }
        return this;
    }

    @Override
    public String toString() {
        return "SigningKey[" + id + ", " + algorithm + ", from " + activeFrom + "]";
    }
}
