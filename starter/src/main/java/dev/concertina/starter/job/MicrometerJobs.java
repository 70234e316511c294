package dev.concertina.starter.job;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;

/** Counts jobs with Micrometer. Meters come with the first job of their type. */
final class MicrometerJobs implements JobMeters {
    private final MeterRegistry registry;
    private final Map<String, Counter> enqueued = new ConcurrentHashMap<>();
    private final Map<String, Timer> waits = new ConcurrentHashMap<>();
    private final Map<String, Timer> runs = new ConcurrentHashMap<>();
    private final MultiGauge depth;
    private final MultiGauge age;
    private volatile Desk.Overview last = Desk.Overview.NONE;

    MicrometerJobs(MeterRegistry registry) {
        this.registry = registry;
        this.depth =
                MultiGauge.builder("concertina.job.depth")
                        .description("Jobs there are, over all instances")
                        .register(registry);
        this.age =
                MultiGauge.builder("concertina.job.age")
                        .description("How long the oldest job that is due has been")
                        .baseUnit("seconds")
                        .register(registry);
        Gauge.builder("concertina.job.dead", () -> last.dead())
                .description("Dead letters, over all instances")
                .register(registry);
    }

    @Override
    public void enqueued(String type, int count) {
        enqueued.computeIfAbsent(
                        type,
                        of ->
                                Counter.builder("concertina.job.enqueued")
                                        .description("Jobs enqueued here, committed or not")
                                        .tag("type", of)
                                        .register(registry))
                .increment(count);
    }

    @Override
    public void started(String type, Duration waited) {
        waits.computeIfAbsent(
                        type,
                        of ->
                                Timer.builder("concertina.job.wait")
                                        .description("From due to begun; its count is the starts")
                                        .tag("type", of)
                                        .register(registry))
                .record(waited);
    }

    @Override
    public void ended(String type, Result result, Duration took) {
        runs.computeIfAbsent(
                        type + ' ' + result,
                        key ->
                                Timer.builder("concertina.job.run")
                                        .description("From begun to ended, by how")
                                        .tag("type", type)
                                        .tag("result", result.name().toLowerCase(Locale.ROOT))
                                        .register(registry))
                .record(took);
    }

    @Override
    public void seen(Desk.Overview overview) {
        last = overview;
        depth.register(
                overview.kinds().stream()
                        .flatMap(kind ->
                                List.of(
                                        row(kind, "due", Desk.Kind::due),
                                        row(kind, "later", Desk.Kind::later),
                                        row(kind, "running", Desk.Kind::running),
                                        row(kind, "dead", Desk.Kind::dead))
                                        .stream())
                        .toList(),
                true);
        age.register(
                overview.kinds().stream()
                        .<Row<?>>map(kind ->
                                Row.of(
                                        Tags.of("type", kind.type()),
                                        kind,
                                        k -> k.age().toMillis() / 1000.0))
                        .toList(),
                true);
    }

    private static Row<?> row(Desk.Kind kind, String state, ToDoubleFunction<Desk.Kind> count) {
        return Row.of(Tags.of("type", kind.type(), "state", state), kind, count);
    }
}
