package dev.concertina.starter.instance;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * The first step of the drain: readiness is down already, so the delay lets balancers see it while
 * requests are still served. The web server's own graceful stop comes after it.
 */
final class DrainDelay implements SmartLifecycle {
    static final int PHASE = WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE + 512;

    private final Duration delay;
    private final CountDownLatch never = new CountDownLatch(1);
    private volatile boolean running;

    DrainDelay(Duration delay) {
        this.delay = delay;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    @SuppressWarnings("ResultOfMethodCallIgnored")
    public void stop() {
        running = false;
        try {
            var unused = never.await(delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
