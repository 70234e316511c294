package dev.concertina.starter.instance;

import java.lang.Thread.UncaughtExceptionHandler;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;

/**
 * Ends the process in order after an error no JVM recovers from, such as {@link OutOfMemoryError}:
 * an instance that lives on half dead fails requests which another one would have answered.
 */
final class FatalError implements DisposableBean {
    /** As the JVM itself exits with {@code -XX:+ExitOnOutOfMemoryError}. */
    static final int STATUS = 3;

    private static final Logger log = LoggerFactory.getLogger(FatalError.class);
    private static final int CAUSES_MAX = 20;

    private final CountDownLatch happened = new CountDownLatch(1);
    private final @Nullable UncaughtExceptionHandler previous;
    private final Thread thread;
    private volatile @Nullable Throwable error;

    /**
     * @param alive told first that this process is not
     * @param exit ends the process with a status
     */
    FatalError(Runnable alive, IntConsumer exit) {
        // Made now: afterwards there may be no memory for a thread.
        this.thread = new Thread(() -> await(alive, exit), "concertina-fatal");
        thread.setDaemon(true);
        thread.start();
        this.previous = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler(this::uncaught);
    }

    private void uncaught(Thread in, Throwable thrown) {
        seen(thrown);
        if (previous != null) {
            previous.uncaughtException(in, thrown);
        } else {
            log.error("Thread {} ended by an exception.", in.getName(), thrown);
        }
    }

    /** Ends the process if this, or what caused it, leaves nothing else. */
    void seen(Throwable thrown) {
        fatal(thrown)
                .ifPresent(fatal -> {
                    error = fatal;
                    happened.countDown();
                });
    }

    private static Optional<Throwable> fatal(Throwable thrown) {
        Throwable cause = thrown;
        for (int i = 0; cause != null && i < CAUSES_MAX; i++) {
            if (cause instanceof VirtualMachineError && !(cause instanceof StackOverflowError)) {
                return Optional.of(cause);
            }
            cause = cause.getCause();
        }
        return Optional.empty();
    }

    private void await(Runnable alive, IntConsumer exit) {
        try {
            happened.await();
        } catch (InterruptedException e) {
            return;
        }
        try {
            log.error("The process ends after a fatal error.", error);
            alive.run();
        } finally {
            exit.accept(STATUS);
        }
    }

    @Override
    public void destroy() {
        thread.interrupt();
        Thread.setDefaultUncaughtExceptionHandler(previous);
    }
}
