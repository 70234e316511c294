package dev.concertina.starter.health;

import dev.concertina.starter.instance.Check;
import dev.concertina.starter.instance.Check.Finding;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.springframework.util.function.SingletonSupplier;

/** Asks all dependencies at once; one that hangs is reported, not waited for. */
final class Dependencies implements AutoCloseable {
    private final Supplier<List<Check>> source;
    private final Duration timeout;
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(
                    Thread.ofVirtual().name("concertina-health-", 0).factory());

    /**
     * @param source asked once, with the first question, so that it creates no bean early
     */
    Dependencies(Supplier<List<Check>> source, Duration timeout) {
        this.source = SingletonSupplier.of(source);
        this.timeout = timeout;
    }

    Map<String, Finding> find() {
        var checks = source.get();
        var findings = new LinkedHashMap<String, Finding>();
        try {
            var tasks = checks.stream().<Callable<Finding>>map(check -> check::find).toList();
            var answers = threads.invokeAll(tasks, timeout.toMillis(), TimeUnit.MILLISECONDS);
            for (int i = 0; i < checks.size(); i++) {
                findings.put(checks.get(i).name(), finding(answers.get(i)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return findings;
    }

    private Finding finding(Future<Finding> answer) throws InterruptedException {
        if (answer.isCancelled()) {
            return new Finding(
                    timeout, Optional.of("no answer within " + timeout.toMillis() + " ms"));
        }
        try {
            return answer.get();
        } catch (ExecutionException e) {
            var cause = e.getCause() == null ? e : e.getCause();
            return new Finding(Duration.ZERO, Optional.of(cause.getClass().getSimpleName()));
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
