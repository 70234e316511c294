package dev.concertina.fleet;

import dev.concertina.fleet.console.FleetCommands;
import dev.concertina.fleet.console.FleetEvent;
import dev.concertina.fleet.console.FleetStatus;
import dev.concertina.fleet.console.ReleaseStatus;
import dev.concertina.fleet.control.Controller;
import dev.concertina.fleet.control.Course;
import dev.concertina.fleet.control.Event;
import dev.concertina.fleet.control.FleetState;
import dev.concertina.fleet.control.Settings;
import dev.concertina.fleet.host.LogRotation;
import dev.concertina.fleet.host.Notice;
import dev.concertina.fleet.manifest.Manifest;
import dev.concertina.fleet.manifest.Manifest.Program;
import dev.concertina.fleet.probe.LoadSampler;
import dev.concertina.fleet.runtime.Chronicle;
import dev.concertina.fleet.runtime.Effects;
import dev.concertina.fleet.runtime.FileStorage;
import dev.concertina.fleet.runtime.FleetLoop;
import dev.concertina.fleet.runtime.FleetLoop.Reply;
import dev.concertina.fleet.runtime.GivingWay;
import dev.concertina.fleet.runtime.InstanceLauncher;
import dev.concertina.fleet.runtime.Journal;
import dev.concertina.fleet.runtime.LoadRecord;
import dev.concertina.fleet.runtime.LogKeeper;
import dev.concertina.fleet.runtime.Mailbox;
import dev.concertina.fleet.runtime.Releases;
import dev.concertina.fleet.runtime.Trainer;
import dev.concertina.fleet.start.Libraries;
import dev.concertina.fleet.start.Unpacking;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A running fleet: what may be asked of it, carried out by one loop. Commands wait for the loop's
 * states; nothing here decides.
 */
public final class Fleet implements FleetCommands {
    static final Duration SERVICES_END = Duration.ofSeconds(30);

    private final Manifest manifest;
    private final Ports ports;
    private final FleetLoop loop;
    private final Chronicle chronicle;
    private final Rollouts rollouts;
    private final Evidence evidence;
    private final StatusReport report;
    private final Trainer trainer;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    private Fleet(
            Manifest manifest,
            Ports ports,
            Chronicle chronicle,
            FleetLoop loop,
            Releases releases,
            Trainer trainer) {
        this.manifest = manifest;
        this.ports = ports;
        this.loop = loop;
        this.chronicle = chronicle;
        this.evidence = new Evidence(manifest.stateDirectory());
        this.rollouts = new Rollouts(loop, releases, evidence);
        this.trainer = trainer;
        this.report = new StatusReport(manifest, ports, evidence);
    }

    /**
     * Opens the fleet of a manifest: takes over what an earlier fleet process left running, else
     * starts afresh. The caller holds the lock of the state directory.
     *
     * @param onBroken is told when the fleet cannot go on, such as when its journal cannot be
     *     written; instances and gateway go on without it
     */
    static Fleet open(
            Manifest manifest, Ports ports, Chronicle chronicle, Consumer<Throwable> onBroken) {
        Path state = manifest.stateDirectory();
        Journal journal = journal(manifest);
        Journal.Replay replay = journal.replay();
        replay.cut()
                .ifPresent(text ->
                        chronicle.add(
                                "journal.cut",
                                "journal",
                                text,
                                Optional.empty(),
                                ports.time().now()));
        Optional<FleetState> running = replay.state().filter(Fleet::worthResuming);
        FleetState begin =
                running.orElseGet(() -> {
                    int wanted = manifest.instances().min();
                    return replay.state()
                            .map(s -> s.again(wanted))
                            .orElseGet(() -> FleetState.initial(wanted))
                            .numberedFrom(tableVersion(ports));
                });
        var launched = new CompletableFuture<FleetLoop>();
        var blocking = Executors.newVirtualThreadPerTaskExecutor();
        var releases = new Releases(state, preparation(manifest, ports, chronicle));
        var launcher =
                new InstanceLauncher(
                        manifest,
                        releases,
                        ports.services().env(),
                        ports.resolve(),
                        () -> launched.join().state().wanted());
        var effects =
                new Effects(
                        ports.host(),
                        ports.prober(),
                        ports.gateway(),
                        launcher,
                        manifest.gateway().balance(),
                        manifest.policies(),
                        Approaches.toldBy(manifest.rollout().by()),
                        new LoadSampler()::sample,
                        blocking);
        var loop =
                new FleetLoop(
                        new Controller(settings(manifest)),
                        journal,
                        effects,
                        chronicle,
                        new LoadRecord(LoadRecord.in(state)),
                        ports.time(),
                        Mailbox.open(onBroken),
                        begin);
        launched.complete(loop);
        var trainer = new Trainer(loop, ports.host(), launcher, chronicle, ports.time(), blocking);
        var fleet = new Fleet(manifest, ports, chronicle, loop, releases, trainer);
        trainer.begin();
        var logs = manifest.logs();
        var rotation =
                new LogRotation(state.resolve("logs"), logs.size(), logs.keep(), logs.ended());
        new LogKeeper(rotation, loop, chronicle, ports.time(), blocking).begin();
        if (manifest.app().start().giveWay()) {
            new GivingWay(loop, ports.time(), blocking).begin();
        }
        if (running.isPresent()) {
            loop.resume();
        } else {
            fleet.ask(new Event.Deploy(releases.add(fleet.jar(Optional.empty()))));
        }
        return fleet;
    }

    /** A jar that can be is unpacked; one that cannot be is run as it is. */
    private static Releases.Preparation preparation(
            Manifest manifest, Ports ports, Chronicle chronicle) {
        var start = manifest.app().start();
        if (!start.unpack()) {
            return (_, _, _, _, _) -> {};
        }
        var log = InstanceLauncher.log(manifest.stateDirectory(), "unpacking");
        var unpacking = new Unpacking(ports.host(), InstanceLauncher.java(manifest), log);
        return (release, jar, folder, later, shelf) -> {
            if (!Unpacking.applies(jar)) {
                return;
            }
            BiConsumer<String, String> tell =
                    (kind, text) ->
                            chronicle.add(
                                    kind, release, text, Optional.empty(), ports.time().now());
            Optional<String> failure = unpacking.unpack(jar, folder);
            failure.ifPresent(why ->
                    tell.accept(
                            "release.packed",
                            "is run as it is, it could not be unpacked: "
                                    + why
                                    + "; see 'concertina logs unpacking'"));
            if (failure.isEmpty() && start.libraries()) {
                try {
                    Libraries.share(jar, folder, later, shelf);
                } catch (IOException e) {
                    tell.accept(
                            "release.unshared",
                            "keeps its libraries to itself, so its first start is slower: " + e);
                }
            }
        };
    }

    /** Something served or was about to; a fleet that went down or never came up begins afresh. */
    private static boolean worthResuming(FleetState state) {
        return state.course() != Course.HALT && !state.ended() && state.rollouts() > 0;
    }

    /** An earlier fleet process left something running that the next one takes over. */
    static boolean leftBehind(Manifest manifest) {
        return journal(manifest).replay().state().filter(Fleet::worthResuming).isPresent();
    }

    private static Journal journal(Manifest manifest) {
        return new Journal(new FileStorage(manifest.stateDirectory().resolve("journal")));
    }

    private static long tableVersion(Ports ports) {
        return ports.gateway().status().toCompletableFuture().join().tableVersion();
    }

    private static Settings settings(Manifest manifest) {
        Manifest.Health health = manifest.app().health();
        return new Settings(
                manifest.app().name(),
                new Settings.Readiness(
                        health.ready(),
                        health.every(),
                        health.timeout(),
                        health.rise(),
                        health.fall(),
                        health.startWithin()),
                // Without one extra instance nobody could be replaced before he leaves.
                Math.max(1, manifest.rollout().surge()),
                manifest.app().drain(),
                Approaches.watchEach(manifest.rollout()),
                Approaches.of(manifest.rollout()),
                Autoscalers.range(manifest),
                Autoscalers.of(manifest),
                care(manifest.app()));
    }

    private static Settings.Care care(Manifest.App app) {
        return new Settings.Care(
                app.start()
                        .warmUp()
                        .map(w -> new Settings.WarmUp(w.paths(), w.count(), w.within())),
                app.health().live(),
                app.memory().restartAbove(),
                app.restart().map(r -> new Settings.CrashLoop(r.crashes(), r.within())));
    }

    @Override
    public FleetStatus status() {
        return report.of(loop.state());
    }

    @Override
    public Outcome scale(int instances, Consumer<FleetEvent> story) {
        return telling(
                story,
                () -> {
                    Reply reply = ask(new Event.Scale(instances));
                    return reply.refusal().isPresent()
                            ? refused(reply)
                            : await(state -> scaled(state, instances));
                });
    }

    private Optional<Outcome> scaled(FleetState state, int instances) {
        if (state.wanted() != instances || state.course() != Course.RUN) {
            return Optional.of(
                    failed("scaling to " + instances + " was overtaken by another command"));
        }
        return state.settled()
                ? Optional.of(done(instances + " instances are ready"))
                : Optional.empty();
    }

    @Override
    public Outcome deploy(Optional<Path> jar, boolean again, Consumer<FleetEvent> story) {
        Optional<Path> file = jar(jar);
        if (file.isPresent() && !Files.isReadable(file.get())) {
            return failed("there is no jar " + file.get() + "; build it first, or name another");
        }
        return telling(story, () -> rollouts.deploy(file, again));
    }

    @Override
    public Outcome promote(boolean all, Consumer<FleetEvent> story) {
        return telling(story, () -> rollouts.promote(all));
    }

    @Override
    public Outcome abort(Consumer<FleetEvent> story) {
        return telling(story, rollouts::abort);
    }

    @Override
    public Outcome rollback(Optional<String> release, Consumer<FleetEvent> story) {
        return telling(story, () -> rollouts.back(release));
    }

    @Override
    public List<ReleaseStatus> releases() {
        return rollouts.releases();
    }

    /** The jar to deploy; empty for a program that has none. */
    private Optional<Path> jar(Optional<Path> named) {
        return manifest.app().program() instanceof Program.Jar jar
                ? Optional.of(named.orElse(jar.path()))
                : Optional.empty();
    }

    @Override
    public Outcome restart(Optional<String> instance, Consumer<FleetEvent> story) {
        return telling(story, () -> rollouts.restart(instance));
    }

    @Override
    public Outcome drain(String instance, Consumer<FleetEvent> story) {
        return restart(Optional.of(instance), story);
    }

    @Override
    public Outcome upgrade(String classPath, Duration within, Consumer<FleetEvent> story) {
        return telling(
                story,
                () -> {
                    try {
                        var upgraded =
                                ports.gateway()
                                        .upgrade(classPath, within)
                                        .toCompletableFuture()
                                        .join();
                        return done(
                                "process "
                                        + upgraded.to()
                                        + " has taken over from process "
                                        + upgraded.from());
                    } catch (CompletionException e) {
                        return failed(String.valueOf(reason(e).getMessage()));
                    }
                });
    }

    private static Throwable reason(CompletionException e) {
        return e.getCause() == null ? e : e.getCause();
    }

    @Override
    public Outcome down(Consumer<FleetEvent> story) {
        return telling(
                story,
                () -> {
                    ask(new Event.Down());
                    trainer.end();
                    await(state -> state.ended() ? Optional.of(done("")) : Optional.empty());
                    ports.services().stop(SERVICES_END);
                    chronicle.add(
                            "fleet.ended",
                            manifest.app().name(),
                            "has ended",
                            Optional.empty(),
                            ports.time().now());
                    ended.complete(null);
                    return done("everything has ended");
                });
    }

    @Override
    public Outcome settled(Duration within, Consumer<FleetEvent> story) {
        return telling(
                story,
                () -> {
                    try {
                        return watch(this::settledOrHalted)
                                .get(within.toMillis(), TimeUnit.MILLISECONDS);
                    } catch (TimeoutException _) {
                        return evidence.unsettled(loop.state(), within);
                    }
                });
    }

    private Optional<Outcome> settledOrHalted(FleetState state) {
        if (state.settled()) {
            return Optional.of(done(state.ready() + " instances are ready"));
        }
        boolean stopped = state.slots().stream().noneMatch(s -> s.occupied());
        if (state.course() == Course.HALT && stopped) {
            return state.conclusion().map(rollouts::outcome);
        }
        return state.course() == Course.CLOSE || state.course() == Course.END
                ? Optional.of(failed("the fleet is going down"))
                : Optional.empty();
    }

    @Override
    public void events(long sequence, Consumer<FleetEvent> story) {
        long from = sequence == FROM_NOW ? chronicle.next() : sequence;
        Stories.follow(chronicle, from, ended, story);
    }

    /** What host, services and gateway report of themselves. */
    static void note(Chronicle chronicle, Notice notice, Instant at) {
        chronicle.add(notice.kind(), notice.subject(), notice.text(), notice.detail(), at);
    }

    /** Completes when the fleet went down in order. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    private Reply ask(Event command) {
        return loop.ask(command).toCompletableFuture().join();
    }

    private Outcome await(Function<FleetState, Optional<Outcome>> condition) {
        return watch(condition).join();
    }

    private CompletableFuture<Outcome> watch(Function<FleetState, Optional<Outcome>> condition) {
        return loop.when(condition);
    }

    private Outcome telling(Consumer<FleetEvent> story, Stories.Work<Outcome> work) {
        return Stories.during(chronicle, story, work);
    }

    private static Outcome refused(Reply reply) {
        return failed(reply.refusal().orElse("refused"));
    }

    private static Outcome done(String text) {
        return new Outcome(true, text, Optional.empty());
    }

    private static Outcome failed(String text) {
        return new Outcome(false, text, Optional.empty());
    }
}
