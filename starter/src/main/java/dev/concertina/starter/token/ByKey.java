package dev.concertina.starter.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.jca.JCAContext;
import com.nimbusds.jose.proc.JWSVerifierFactory;
import java.security.Key;
import java.util.Set;

/** The verifier that belongs to a key, whatever the token's header would like. */
record ByKey(SigningKeys keys) implements JWSVerifierFactory {
    @Override
    public JWSVerifier createJWSVerifier(JWSHeader header, Key key) throws JOSEException {
        return TokenVerifier.named(keys, header)
                .orElseThrow(() -> new JOSEException("no key of that name"))
                .verifier();
    }

    @Override
    public Set<JWSAlgorithm> supportedJWSAlgorithms() {
        return Set.of(JWSAlgorithm.EdDSA, JWSAlgorithm.RS256, JWSAlgorithm.HS256);
    }

    @Override
    public JCAContext getJCAContext() {
        return new JCAContext();
    }
}
