package dev.concertina.starter.job;

import dev.concertina.starter.codec.ValueCodec;
import dev.concertina.starter.instance.Instance;
import dev.concertina.starter.request.Outage;
import dev.concertina.starter.request.UnusableStoreException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;

/**
 * This instance as a place where jobs are done: nothing before the application is ready, and
 * nothing at all where it has no handlers.
 */
final class Workplace
        implements SmartInitializingSingleton,
                ApplicationListener<ApplicationReadyEvent>,
                DisposableBean {
    private static final Logger log = LoggerFactory.getLogger(Workplace.class);
    private static final Duration AGAIN = Duration.ofMillis(500);

    private final Supplier<Backend> backend;
    private final Handlers handlers;
    private final ValueCodec codec;
    private final JobSettings settings;
    private final Instance instance;
    private final JobMeters meters;
    private volatile Optional<Running> running = Optional.empty();
    private volatile boolean closed;

    private record Running(Engine engine, Membership membership, Watch watch) {}

    /**
     * @param backend opened when it is asked for the first time
     */
    Workplace(
            Supplier<Backend> backend,
            Handlers handlers,
            ValueCodec codec,
            JobSettings settings,
            Instance instance,
            JobMeters meters) {
        this.backend = backend;
        this.handlers = handlers;
        this.codec = codec;
        this.settings = settings;
        this.instance = instance;
        this.meters = meters;
    }

    // What is wrong with handlers, settings and tables ends the start.
    @Override
    public void afterSingletonsInstantiated() {
        handlers.find();
        if (works()) {
            try {
                backend.get().preparation().run();
            } catch (Outage e) {
                log.warn("Jobs wait for their store: {}", e.getMessage());
            }
        }
    }

    private boolean works() {
        return !handlers.all().isEmpty() && settings.workers() > 0;
    }

    @Override
    public void onApplicationEvent(ApplicationReadyEvent event) {
        if (works()) {
            Thread.ofPlatform().daemon().name("concertina-jobs-start").start(this::open);
        }
    }

    private void open() {
        var place = backend.get();
        while (!closed) {
            try {
                place.preparation().run();
                start(place);
                return;
            } catch (Outage e) {
                log.debug("jobs still wait for their store: {}", e.getMessage());
                sleep();
            } catch (UnusableStoreException e) {
                log.error("Jobs cannot be done: {} {}", e.getMessage(), e.action());
                return;
            }
        }
    }

    private static void sleep() {
        try {
            Thread.sleep(AGAIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void start(Backend place) {
        var store = place.store();
        var ticker = new Ticker(store, handlers.all(), () -> wake(1));
        var membership = new Membership(store, instance.id().value(), types(), settings, ticker);
        var engine = new Engine(store, settings, handlers, codec, membership, meters);
        var watch = new Watch(place, settings, meters::seen);
        running = Optional.of(new Running(engine, membership, watch));
        membership.start();
        engine.start();
        watch.start();
        log.info(
                "Jobs: {} workers for {} in {}.",
                settings.workers(),
                String.join(", ", types()),
                place.name());
    }

    private Collection<String> types() {
        return handlers.all().stream().flatMap(handler -> handler.types().stream()).toList();
    }

    /** So many jobs were enqueued here just now. */
    void wake(int jobs) {
        running.ifPresentOrElse(now -> now.engine().wake(jobs), () -> backend.get().store().hint());
    }

    List<String> alerts() {
        return running.map(now -> now.watch().alerts()).orElse(List.of());
    }

    /** Jobs this instance has at the moment. */
    int held() {
        return running.map(now -> now.engine().held()).orElse(0);
    }

    /** Claims nothing more. */
    String stopClaiming() throws InterruptedException {
        closed = true;
        if (running.isEmpty()) {
            return "none";
        }
        var now = running.get();
        int back = now.engine().stopClaiming();
        backend.get().store().hint();
        return back + " handed back unbegun, " + now.engine().held() + " being done";
    }

    /** Lets what is being done end, hands back the rest, and leaves. */
    String stop(Duration within) throws InterruptedException {
        if (running.isEmpty()) {
            return "none";
        }
        var now = running.get();
        int left = now.engine().stop(within);
        now.watch().close();
        now.membership().leave();
        backend.get().store().hint();
        running = Optional.empty();
        return left == 0 ? "all done" : left + " interrupted and handed back";
    }

    @Override
    public void destroy() throws Exception {
        if (running.isPresent()) {
            stopClaiming();
            stop(Duration.ofSeconds(1));
        }
    }
}
