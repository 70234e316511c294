package dev.concertina.starter.job;

import dev.concertina.starter.request.Tenant;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Jobs in this JVM, for tests and development: what is enqueued ends with it. */
final class MemoryJobStore implements JobStore, Desk {
    private final InstantSource clock;
    private final Duration deadAfter;
    private final Duration keys;
    private final RandomGenerator chance;

    private final Map<Long, Row> rows = new TreeMap<>();
    private final Map<Long, DeadLetter> letters = new LinkedHashMap<>();
    private final Map<Key, Known> known = new HashMap<>();
    private final Map<Long, Owner> owners = new TreeMap<>();
    private final Map<String, Instant> arrivals = new HashMap<>();
    private final Map<String, Plan> plans = new TreeMap<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final Set<Long> running = new HashSet<>();
    private long number;
    private long fence;

    MemoryJobStore(InstantSource clock, JobSettings settings, RandomGenerator chance) {
        this.clock = clock;
        this.deadAfter = settings.deadAfter();
        this.keys = settings.keys();
        this.chance = chance;
    }

    private record Key(String tenant, String type, String key) {}

    private record Known(long job, Instant until) {}

    private record Owner(String instance, List<String> types, Instant since, Instant aliveUntil) {
        Owner until(Instant instant) {
            return new Owner(instance, types, since, instant);
        }
    }

    private record Plan(String schedule, Instant next, Optional<Instant> last) {}

    private static final class Row {
        final long id;
        final NewJob job;
        final Instant enqueuedAt;
        Instant dueAt;
        int attempts;
        int lost;
        @Nullable Long owner;
        long fence;
        String error = "";

        Row(long id, NewJob job, Instant enqueuedAt, Instant dueAt) {
            this.id = id;
            this.job = job;
            this.enqueuedAt = enqueuedAt;
            this.dueAt = dueAt;
        }
    }

    @Override
    public List<Enqueued> enqueue(List<NewJob> jobs) {
        var added = new ArrayList<Row>();
        List<Enqueued> done;
        synchronized (this) {
            done = jobs.stream().map(job -> enqueue(job, added)).toList();
        }
        if (TransactionSynchronizationManager.isActualTransactionActive()
                && TransactionSynchronizationManager.isSynchronizationActive()) {
            TransactionSynchronizationManager.registerSynchronization(
                    new TransactionSynchronization() {
                        @Override
                        public void afterCommit() {
                            add(added);
                        }

                        @Override
                        public void afterCompletion(int status) {
                            if (status != STATUS_COMMITTED) {
                                forget(added);
                            }
                        }
                    });
        } else {
            add(added);
        }
        return done;
    }

    private Enqueued enqueue(NewJob job, List<Row> added) {
        var now = clock.instant();
        var key =
                job.key()
                        .map(text ->
                                new Key(job.tenant().map(Tenant::id).orElse(""), job.type(), text));
        var before =
                key.flatMap(k -> Optional.ofNullable(known.get(k)))
                        .filter(k -> !k.until().isBefore(now));
        if (before.isPresent()) {
            return new Enqueued(before.get().job(), false);
        }
        var due =
                switch (job.due()) {
                    case Job.Due.After after -> now.plus(after.delay());
                    case Job.Due.At at -> at.instant();
                };
        var row = new Row(++number, job, now, due);
        key.ifPresent(k -> known.put(k, new Known(row.id, now.plus(keys))));
        added.add(row);
        return new Enqueued(row.id, true);
    }

    private synchronized void add(List<Row> added) {
        added.forEach(row -> rows.put(row.id, row));
    }

    private synchronized void forget(List<Row> added) {
        var ids = new HashSet<Long>();
        added.forEach(row -> ids.add(row.id));
        known.values().removeIf(k -> ids.contains(k.job()));
    }

    @Override
    public synchronized long join(String instance, Collection<String> types) {
        var now = clock.instant();
        owners.put(++number, new Owner(instance, List.copyOf(types), now, now.plus(deadAfter)));
        return number;
    }

    @Override
    public synchronized boolean renew(long owner) {
        if (!lives(owner)) {
            return false;
        }
        owners.computeIfPresent(owner, (id, o) -> o.until(clock.instant().plus(deadAfter)));
        return true;
    }

    private boolean lives(long owner) {
        var known = owners.get(owner);
        return known != null && known.aliveUntil().isAfter(clock.instant());
    }

    @Override
    public synchronized void leave(long owner) {
        owners.computeIfPresent(owner, (id, o) -> o.until(clock.instant()));
    }

    @Override
    public synchronized Taken claim(long owner, List<Lane> lanes) {
        var now = clock.instant();
        var claims = new ArrayList<Claim>();
        Optional<Duration> again = Optional.empty();
        for (int i = 0; i < lanes.size(); i++) {
            var lane = lanes.get(i);
            if (lane.room() <= 0) {
                continue;
            }
            long ahead = ahead(lane, now);
            int room =
                    lane.pace()
                            .map(pace -> (int) Math.min(lane.room(), pace.free(ahead)))
                            .orElse(lane.room());
            var due =
                    rows.values().stream()
                            .filter(row ->
                                    row.owner == null && lane.types().contains(row.job.type()))
                            .sorted(
                                    Comparator.comparing((Row row) -> row.dueAt)
                                            .thenComparingLong(row -> row.id))
                            .toList();
            int taken = 0;
            for (var row : due) {
                if (row.dueAt.isAfter(now)) {
                    again = sooner(again, Duration.between(now, row.dueAt));
                    break;
                }
                if (taken < room) {
                    claims.add(claim(row, owner, i));
                    taken++;
                }
            }
            if (lane.pace().isPresent()) {
                long step = lane.pace().get().step();
                if (taken > 0) {
                    arrivals.put(lane.queue(), now.plusNanos((ahead + step * taken) * 1000));
                }
                if (taken >= room && room < lane.room()) {
                    long wait = lane.pace().get().waitFor(ahead + step * taken);
                    again = sooner(again, Duration.ofNanos(wait * 1000));
                }
            }
        }
        claims.sort(Comparator.comparing(Claim::dueAt).thenComparingLong(Claim::id));
        return new Taken(claims, again);
    }

    private long ahead(Lane lane, Instant now) {
        var arrival = arrivals.getOrDefault(lane.queue(), now);
        return Math.max(0, Duration.between(now, arrival).toNanos() / 1000);
    }

    private static Optional<Duration> sooner(Optional<Duration> one, Duration other) {
        return one.filter(known -> known.compareTo(other) <= 0).or(() -> Optional.of(other));
    }

    private Claim claim(Row row, long owner, int lane) {
        row.owner = owner;
        row.attempts++;
        row.fence = ++fence;
        return new Claim(
                row.id,
                lane,
                row.job.type(),
                row.job.payload(),
                row.job.tenant(),
                row.job.request(),
                row.dueAt,
                row.enqueuedAt,
                row.attempts,
                row.fence);
    }

    private Optional<Row> held(Claim claim) {
        return Optional.ofNullable(rows.get(claim.id())).filter(row -> row.fence == claim.fence());
    }

    // While it runs nobody takes it back, as if its row were locked.
    @Override
    public boolean run(Claim claim, Runnable body) {
        synchronized (this) {
            if (held(claim).isEmpty() || !running.add(claim.id())) {
                return false;
            }
        }
        try {
            body.run();
        } catch (RuntimeException | Error e) {
            synchronized (this) {
                running.remove(claim.id());
            }
            throw e;
        }
        synchronized (this) {
            running.remove(claim.id());
            rows.remove(claim.id());
        }
        return true;
    }

    @Override
    public synchronized void end(List<Ending> endings) {
        for (var ending : endings) {
            held(ending.claim()).ifPresent(row -> end(row, ending));
        }
    }

    private void end(Row row, Ending ending) {
        switch (ending) {
            case Ending.Done done -> rows.remove(row.id);
            case Ending.Again again -> {
                row.owner = null;
                row.error = again.error();
                row.dueAt = clock.instant().plus(again.delay());
            }
            case Ending.Back back -> {
                if (row.owner == null) {
                    return;
                }
                row.owner = null;
                row.attempts--;
                row.error = back.reason().isEmpty() ? row.error : back.reason();
                if (!back.delay().isZero()) {
                    row.dueAt = clock.instant().plus(back.delay());
                }
            }
            case Ending.Dead dead -> bury(row, dead.error());
        }
    }

    private void bury(Row row, String error) {
        rows.remove(row.id);
        letters.put(
                row.id,
                new DeadLetter(
                        row.id,
                        row.job.type(),
                        row.job.payload(),
                        row.job.tenant().map(Tenant::id),
                        row.job.request(),
                        row.enqueuedAt,
                        clock.instant(),
                        row.attempts,
                        error));
    }

    @Override
    public synchronized void keepOnly(long owner, Collection<Long> fences) {
        for (var row : rows.values()) {
            if (row.owner != null && row.owner == owner && !fences.contains(row.fence)) {
                row.owner = null;
                row.attempts--;
            }
        }
    }

    @Override
    public synchronized List<Rescued> rescue(int lostMax, Retry wait) {
        var rescued = new ArrayList<Rescued>();
        for (var owner : List.copyOf(owners.entrySet())) {
            long id = owner.getKey();
            if (!lives(id)) {
                rescued.add(rescue(id, owner.getValue().instance(), lostMax, wait));
                if (rows.values().stream().noneMatch(row -> row.owner != null && row.owner == id)) {
                    owners.remove(id);
                }
            }
        }
        return rescued;
    }

    private Rescued rescue(long owner, String instance, int lostMax, Retry wait) {
        int back = 0;
        int dead = 0;
        for (var row : List.copyOf(rows.values())) {
            if (row.owner == null || row.owner != owner || running.contains(row.id)) {
                continue;
            }
            row.lost++;
            row.owner = null;
            if (row.lost >= lostMax) {
                bury(
                        row,
                        "Its instance ended with it "
                                + row.lost
                                + " times, at last "
                                + instance
                                + (row.error.isEmpty() ? "" : ". Before that: " + row.error));
                dead++;
            } else {
                row.dueAt = clock.instant().plus(wait.after(row.lost, chance));
                back++;
            }
        }
        return new Rescued(instance, back, dead);
    }

    @Override
    public Instant now() {
        return clock.instant();
    }

    @Override
    public synchronized void plan(String name, String schedule, Instant next) {
        plans.merge(
                name,
                new Plan(schedule, next, Optional.empty()),
                (old, fresh) -> old.schedule().equals(schedule) ? old : fresh);
    }

    @Override
    public synchronized Map<String, Instant> due(Map<String, String> schedules) {
        var due = new HashMap<String, Instant>();
        plans.forEach((name, plan) -> {
            if (plan.schedule().equals(schedules.get(name))) {
                due.put(name, plan.next());
            }
        });
        return due;
    }

    @Override
    public synchronized boolean tick(String name, String schedule, Instant expected, Instant next) {
        var plan = plans.get(name);
        if (plan == null || !plan.schedule().equals(schedule) || !plan.next().equals(expected)) {
            return false;
        }
        var now = clock.instant();
        plans.put(name, new Plan(schedule, next, Optional.of(now)));
        if (rows.values().stream().anyMatch(row -> row.job.type().equals(name))) {
            return false;
        }
        var job =
                new NewJob(
                        name,
                        "",
                        new Job.Due.After(Duration.ZERO),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty());
        rows.put(++number, new Row(number, job, now, now));
        return true;
    }

    @Override
    public synchronized void pause(String name, Duration pause) {
        plans.computeIfPresent(
                name,
                (n, plan) -> new Plan(plan.schedule(), clock.instant().plus(pause), plan.last()));
    }

    @Override
    public synchronized void clean() {
        known.values().removeIf(k -> k.until().isBefore(clock.instant()));
    }

    @Override
    public void hint() {
        listeners.forEach(Runnable::run);
    }

    @Override
    public void listen(Runnable wake) {
        listeners.add(wake);
    }

    @Override
    public synchronized Overview overview() {
        var now = clock.instant();
        var types = new TreeMap<String, List<Row>>();
        rows.values()
                .forEach(row ->
                        types.computeIfAbsent(row.job.type(), type -> new ArrayList<>()).add(row));
        letters.values().forEach(l -> types.computeIfAbsent(l.type(), type -> new ArrayList<>()));
        var workers =
                owners.entrySet().stream()
                        .filter(entry -> lives(entry.getKey()))
                        .map(entry ->
                                new Worker(
                                        entry.getKey(),
                                        entry.getValue().instance(),
                                        entry.getValue().since(),
                                        entry.getValue().types()))
                        .toList();
        var kinds = new ArrayList<Kind>();
        types.forEach((type, of) -> kinds.add(kind(type, of, workers, now)));
        return new Overview(
                kinds,
                workers,
                plans.entrySet().stream()
                        .map(entry ->
                                new Recurring(
                                        entry.getKey(),
                                        entry.getValue().schedule(),
                                        entry.getValue().next(),
                                        entry.getValue().last()))
                        .toList());
    }

    private Kind kind(String type, List<Row> of, List<Worker> workers, Instant now) {
        var waiting = of.stream().filter(row -> row.owner == null).toList();
        var due = waiting.stream().filter(row -> !row.dueAt.isAfter(now)).toList();
        return new Kind(
                type,
                due.size(),
                waiting.size() - due.size(),
                of.size() - waiting.size(),
                letters.values().stream().filter(letter -> letter.type().equals(type)).count(),
                due.stream()
                        .map(row -> Duration.between(row.dueAt, now))
                        .max(Duration::compareTo)
                        .orElse(Duration.ZERO),
                workers.stream().anyMatch(worker -> worker.types().contains(type)));
    }

    @Override
    public synchronized List<DeadLetter> dead(int max) {
        return letters.values().stream()
                .sorted(Comparator.comparing(DeadLetter::diedAt).reversed())
                .limit(max)
                .toList();
    }

    @Override
    public synchronized Optional<DeadLetter> dead(long id) {
        return Optional.ofNullable(letters.get(id));
    }

    @Override
    public synchronized boolean requeue(long id) {
        var letter = letters.remove(id);
        if (letter == null) {
            return false;
        }
        var job =
                new NewJob(
                        letter.type(),
                        letter.payload(),
                        new Job.Due.After(Duration.ZERO),
                        Optional.empty(),
                        letter.tenant().map(Tenant::new),
                        letter.request());
        rows.put(id, new Row(id, job, letter.enqueuedAt(), clock.instant()));
        return true;
    }

    @Override
    public synchronized int requeue(String type) {
        return (int)
                List.copyOf(letters.values()).stream()
                        .filter(letter -> letter.type().equals(type) && requeue(letter.id()))
                        .count();
    }

    @Override
    public synchronized boolean discard(long id) {
        return letters.remove(id) != null;
    }

    @Override
    public void close() {
        listeners.clear();
    }
}
