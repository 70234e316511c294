package dev.concertina.starter.session;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says which setting is missing and how to make a value for it. */
final class MissingSessionKeyAnalyzer extends AbstractFailureAnalyzer<MissingSessionKeyException> {
    @Override
    protected FailureAnalysis analyze(Throwable root, MissingSessionKeyException cause) {
        return new FailureAnalysis(
                String.valueOf(cause.getMessage()),
                "Generate a key with\n\n    openssl rand -base64 32\n\n"
                        + "and give the same one to every instance as CONCERTINA_SESSION_KEYS (or"
                        + " concertina.session.keys). A fleet makes one itself with"
                        + " ${secret:SESSION_KEYS} in the manifest.\n"
                        + "To keep sessions readable to whoever reads Redis, write"
                        + " concertina.session.encryption=off.",
                cause);
    }
}
