package dev.concertina.starter.instance;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The requests this instance is answering at the moment. Safe for use by many threads. */
public final class Traffic {
    /**
     * Attribute of a request whose answer goes on for ever, and is ended by whoever gives it, in a
     * {@link DrainStep} of its own.
     */
    public static final String ENDS_ITSELF = Traffic.class.getName() + ".endsItself";

    private final AtomicInteger active = new AtomicInteger();
    private final Set<AsyncContext> streams = ConcurrentHashMap.newKeySet();
    private volatile boolean leaving;

    /** Requests whose answer has begun to be made and has not ended. */
    public int active() {
        return active.get();
    }

    /** Whether clients are asked to go elsewhere. */
    boolean leaving() {
        return leaving;
    }

    void leave() {
        leaving = true;
    }

    void began() {
        active.incrementAndGet();
    }

    void ended() {
        active.decrementAndGet();
    }

    /**
     * Waits for the end of an answer that another thread gives.
     *
     * @param stream whether it goes on until somebody ends it
     */
    void endsLater(AsyncContext context, boolean stream) {
        if (stream) {
            streams.add(context);
        }
        context.addListener(
                new AsyncListener() {
                    @Override
                    public void onComplete(AsyncEvent event) {
                        streams.remove(context);
                        ended();
                    }

                    @Override
                    public void onTimeout(AsyncEvent event) {}

                    @Override
                    public void onError(AsyncEvent event) {}

                    // A listener serves one cycle only.
                    @Override
                    public void onStartAsync(AsyncEvent event) {
                        event.getAsyncContext().addListener(this);
                    }
                });
        if (stream && leaving) {
            end(context);
        }
    }

    /**
     * Ends the answers that would not end by themselves, as their protocols expect: their clients
     * connect again, elsewhere.
     *
     * @return how many
     */
    int endStreams() {
        int count = 0;
        for (var context : streams) {
            if (end(context)) {
                count++;
            }
        }
        return count;
    }

    private boolean end(AsyncContext context) {
        if (!streams.remove(context)) {
            return false;
        }
        try {
            context.complete();
            return true;
        } catch (IllegalStateException e) {
            // It has ended by itself meanwhile.
            return false;
        }
    }
}
