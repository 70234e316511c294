package dev.concertina.starter.file;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says what is missing where an application wants files and names no store. */
final class NoFilesAnalyzer extends AbstractFailureAnalyzer<NoSuchBeanDefinitionException> {
    @Override
    protected @Nullable FailureAnalysis analyze(
            Throwable root, NoSuchBeanDefinitionException cause) {
        return Files.class.equals(cause.getBeanType())
                ? new FailureAnalysis(
                        "The application wants files, but concertina.file.store is not set.",
                        "Set it to local, postgres or s3.",
                        cause)
                : null;
    }
}
