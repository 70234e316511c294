package dev.concertina.starter.token;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says which setting is missing and how to make a value for it. */
final class MissingTokenKeyAnalyzer extends AbstractFailureAnalyzer<MissingTokenKeyException> {
    @Override
    protected FailureAnalysis analyze(Throwable root, MissingTokenKeyException cause) {
        return new FailureAnalysis(
                String.valueOf(cause.getMessage()),
                "Generate a value with\n\n    openssl rand -base64 32\n\n"
                        + "once for concertina.token.keys[0].value (CONCERTINA_TOKEN_KEYS_0_VALUE)"
                        + " and once more for concertina.token.secrets"
                        + " (CONCERTINA_TOKEN_SECRETS), and give the same two to every instance. A"
                        + " fleet makes them itself with ${secret:TOKEN_KEY} and"
                        + " ${secret:TOKEN_SECRET} in the manifest.\n"
                        + "An RSA key is made with openssl genpkey -algorithm RSA -pkeyopt"
                        + " rsa_keygen_bits:3072.",
                cause);
    }
}
