package dev.concertina.starter.instance;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says what to write instead of a bad setting. */
final class BadSettingAnalyzer extends AbstractFailureAnalyzer<BadSetting> {
    @Override
    protected FailureAnalysis analyze(Throwable root, BadSetting cause) {
        return new FailureAnalysis(String.valueOf(cause.getMessage()), cause.next(), cause);
    }
}
