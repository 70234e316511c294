package dev.concertina.starter.cache;

import dev.concertina.starter.request.Outage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.core.Ordered;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.ClassUtils;

/**
 * What waits for the end of the transaction this thread is in: others read what was there before
 * until it commits, and what it wrote may never have been.
 */
final class Commit {
    private static final boolean TRANSACTIONS =
            ClassUtils.isPresent(
                    "org.springframework.transaction.support.TransactionSynchronizationManager",
                    Commit.class.getClassLoader());

    private Commit() {}

    /** Whether this thread is in a transaction that may have written. */
    static boolean isAhead() {
        return TRANSACTIONS && Pending.writing();
    }

    /**
     * Runs one of the two in this thread when the transaction is over. An {@link Outage} after the
     * commit is thrown to whoever committed: it is done, and not everybody may know.
     */
    static void await(Runnable committed, Runnable rolledBack) {
        Pending.ofThisTransaction().all.add(new Step(committed, rolledBack));
    }

    private record Step(Runnable committed, Runnable rolledBack) {}

    /** All of one transaction. Loaded only where Spring's transactions are. */
    private static final class Pending implements TransactionSynchronization, Ordered {
        private final List<Step> all = new ArrayList<>();

        static boolean writing() {
            return TransactionSynchronizationManager.isSynchronizationActive()
                    && TransactionSynchronizationManager.isActualTransactionActive()
                    && !TransactionSynchronizationManager.isCurrentTransactionReadOnly();
        }

        static Pending ofThisTransaction() {
            for (var each : TransactionSynchronizationManager.getSynchronizations()) {
                if (each instanceof Pending pending) {
                    return pending;
                }
            }
            var pending = new Pending();
            TransactionSynchronizationManager.registerSynchronization(pending);
            return pending;
        }

        /** What is thrown here would keep those behind from being told. */
        @Override
        public int getOrder() {
            return LOWEST_PRECEDENCE;
        }

        @Override
        public void afterCommit() {
            var outage = Optional.<Outage>empty();
            for (var step : all) {
                try {
                    step.committed().run();
                } catch (Outage e) {
                    outage = Optional.of(e);
                }
            }
            if (outage.isPresent()) {
                throw outage.get();
            }
        }

        @Override
        public void afterCompletion(int status) {
            if (status != STATUS_COMMITTED) {
                all.forEach(step -> step.rolledBack().run());
            }
        }
    }
}
