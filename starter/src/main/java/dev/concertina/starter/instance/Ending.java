package dev.concertina.starter.instance;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;

/**
 * Begins the drain when the context closes and, if the process ends with it, sees to it that it
 * does in time whatever hangs. A context that is closed while the process goes on is only drained.
 */
final class Ending implements ApplicationListener<ContextClosedEvent> {
    private static final Logger log = LoggerFactory.getLogger(Ending.class);

    private final Drain drain;
    private final ApplicationContext context;

    Ending(Drain drain, ApplicationContext context) {
        this.drain = drain;
        this.context = context;
    }

    @Override
    public void onApplicationEvent(ContextClosedEvent event) {
        if (!event.getApplicationContext().equals(context)) {
            return;
        }
        drain.begin();
        if (processEnds()) {
            var watch = new Thread(() -> force(drain.within()), "concertina-end");
            watch.setDaemon(true);
            watch.start();
        }
    }

    // Nothing else tells: a hook is refused once the hooks run.
    private static boolean processEnds() {
        var hook = new Thread(() -> {}, "concertina-ask");
        try {
            Runtime.getRuntime().addShutdownHook(hook);
            Runtime.getRuntime().removeShutdownHook(hook);
            return false;
        } catch (IllegalStateException e) {
            return true;
        }
    }

    private static void force(Duration within) {
        try {
            Thread.sleep(within);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        log.error("Drain: no end after {} s; the process is ended.", within.toSeconds());
        Runtime.getRuntime().halt(1);
    }
}
