package dev.concertina.bench.requeststate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One thing that is done to every subject in turn, and the cases it gives values for.
 *
 * @param names of the cases
 * @param unit of all of them
 */
record Measurement(List<String> names, String unit, Taking taking) {
    private static final String READ = "/read";
    private static final String WRITE = "/write";
    private static final int COUNTED = 200;
    private static final double CPU_SECONDS = 2.5;
    private static final double LATENCY_SECONDS = 4;
    // At the one every request finds cold caches and sleeping threads, at the other hardly any.
    private static final int IDLE = 100;
    private static final int BUSY = 500;

    /** Takes one value for each case of one subject. */
    interface Taking {
        double[] of(Subject subject) throws IOException;
    }

    static List<Measurement> all() {
        var all = new ArrayList<Measurement>();
        all.add(commands("read-only commands", READ));
        all.add(commands("writing commands", WRITE));
        all.add(cpu("stateless", Subject.PLAIN));
        all.add(cpu("read-only", READ));
        all.add(cpu("writing", WRITE));
        for (double millis : new double[] {0, 0.5, 2}) {
            all.add(latency(millis, IDLE, ""));
        }
        all.add(latency(0.5, BUSY, " busy"));
        return all;
    }

    private static Measurement commands(String name, String path) {
        return new Measurement(
                List.of(name),
                "commands/request",
                subject -> {
                    var visitor = subject.visitors().getFirst();
                    visitor.get(path);
                    subject.relay().takeCommands();
                    for (int i = 0; i < COUNTED; i++) {
                        visitor.get(path);
                    }
                    return new double[] {subject.relay().takeCommands() / (double) COUNTED};
                });
    }

    private static Measurement cpu(String kind, String path) {
        return new Measurement(
                List.of(kind + " cpu", kind + " redis cpu"),
                "us/request",
                subject -> {
                    double before = subject.cpuSeconds();
                    double redisBefore = subject.redisCpuSeconds();
                    long served = Load.fast(subject, CPU_SECONDS, path);
                    return new double[] {
                        (subject.cpuSeconds() - before) * 1e6 / served,
                        (subject.redisCpuSeconds() - redisBefore) * 1e6 / served
                    };
                });
    }

    private static Measurement latency(double millis, int perSecond, String mark) {
        var by =
                String.format(Locale.ROOT, millis % 1 == 0 ? " +%.0fms" : " +%.1fms", millis)
                        + mark;
        return new Measurement(
                List.of("read-only p50" + by, "read-only p99" + by),
                "ms",
                subject -> {
                    subject.relay().roundTripLongerBy(millis);
                    try (var _ = new Awake()) {
                        return Load.added(subject, READ, perSecond, LATENCY_SECONDS, 50, 99);
                    } finally {
                        subject.relay().roundTripLongerBy(0);
                    }
                });
    }
}
