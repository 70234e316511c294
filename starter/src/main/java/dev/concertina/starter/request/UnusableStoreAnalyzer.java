package dev.concertina.starter.request;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says what is wrong with a store's settings, instead of a stack trace. */
final class UnusableStoreAnalyzer extends AbstractFailureAnalyzer<UnusableStoreException> {
    @Override
    protected FailureAnalysis analyze(Throwable root, UnusableStoreException cause) {
        return new FailureAnalysis(String.valueOf(cause.getMessage()), cause.action(), cause);
    }
}
