package dev.concertina.starter.instance;

import org.springframework.context.SmartLifecycle;

/** A place in the order in which the context stops. */
final class DrainPhase implements SmartLifecycle {
    private final int phase;
    private final Runnable stop;
    private volatile boolean running;

    /**
     * @param phase later ones stop first
     */
    DrainPhase(int phase, Runnable stop) {
        this.phase = phase;
        this.stop = stop;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        stop.run();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return phase;
    }
}
