package dev.concertina.fleet.runtime;

import dev.concertina.contract.Balance;
import dev.concertina.contract.Env;
import dev.concertina.contract.GatewayStatus;
import dev.concertina.contract.InstanceId;
import dev.concertina.contract.LoadSample;
import dev.concertina.contract.Policies;
import dev.concertina.contract.RoutingTable;
import dev.concertina.contract.Split;
import dev.concertina.contract.Target;
import dev.concertina.fleet.control.Action;
import dev.concertina.fleet.control.Answer;
import dev.concertina.fleet.control.Backend;
import dev.concertina.fleet.control.Event;
import dev.concertina.fleet.control.FleetState;
import dev.concertina.fleet.control.ProcessRef;
import dev.concertina.fleet.control.Seen;
import dev.concertina.fleet.control.Used;
import dev.concertina.fleet.control.supervise.Slot;
import dev.concertina.fleet.host.Host;
import dev.concertina.fleet.host.Instance;
import dev.concertina.fleet.host.ProcessIdentity;
import dev.concertina.fleet.host.Signal;
import dev.concertina.fleet.probe.ProbeResult;
import dev.concertina.fleet.probe.Prober;
import dev.concertina.fleet.probe.ProcessLoad;
import dev.concertina.fleet.traffic.Gateway;
import dev.concertina.fleet.traffic.TableRefusedException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Carries out actions through the ports and turns what becomes of them into events. Knows both
 * sides, which nobody else does. Called by the writer only; nothing here blocks it.
 */
public final class Effects {
    private static final String LOOPBACK = "127.0.0.1";
    private static final int TEXT_MAX = 160;
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    private final Host host;
    private final Prober prober;
    private final Gateway gateway;
    private final Launcher launcher;
    private final Balance balance;
    private final Policies policies;
    private final ToldBy told;
    private final Function<ProcessIdentity, Optional<ProcessLoad>> load;
    private final Executor blocking;
    private final Map<String, Instance> instances = new HashMap<>();

    /**
     * What decides which of two releases a request is for.
     *
     * @param name of the cookie or the field; empty for requests
     */
    public record ToldBy(Split.By by, String name) {
        public static ToldBy request() {
            return new ToldBy(Split.By.REQUEST, "");
        }
    }

    /**
     * @param load what a process has used; empty if it has ended
     * @param told how requests are told apart while two releases share them
     * @param blocking where a process may be forked
     */
    public Effects(
            Host host,
            Prober prober,
            Gateway gateway,
            Launcher launcher,
            Balance balance,
            Policies policies,
            ToldBy told,
            Function<ProcessIdentity, Optional<ProcessLoad>> load,
            Executor blocking) {
        this.host = host;
        this.prober = prober;
        this.gateway = gateway;
        this.launcher = launcher;
        this.balance = balance;
        this.policies = policies;
        this.told = told;
        this.load = load;
        this.blocking = blocking;
    }

    /** Results go to {@code post}, on any thread; {@code writer} runs a task on the writer. */
    void perform(Action action, Executor writer, Consumer<Event> post) {
        switch (action) {
            case Action.Start a -> blocking.execute(() -> start(a, writer, post));
            case Action.Probe a ->
                    ask(a.port(), a.path(), a.timeout())
                            .thenAccept(
                                    answer -> post.accept(new Event.Probed(a.instance(), answer)));
            case Action.Live a ->
                    ask(a.port(), a.path(), a.timeout())
                            .thenAccept(
                                    answer -> post.accept(new Event.Lived(a.instance(), answer)));
            case Action.WarmUp a ->
                    new WarmingUp(prober, a)
                            .run()
                            .thenAccept(how -> post.accept(new Event.Warmed(a.instance(), how)));
            case Action.Route a -> route(a, post);
            case Action.Sample _ -> sample(Map.copyOf(instances), post);
            case Action.Drain a ->
                    gateway.drain(new InstanceId(a.instance()), a.within())
                            // A gateway that was stopped holds no claim.
                            .whenComplete((drained, _) ->
                                    post.accept(
                                            new Event.Drained(
                                                    a.instance(),
                                                    drained == null ? 0 : drained.cut())));
            case Action.Terminate a -> signal(a.instance(), Signal.TERM);
            case Action.Kill a -> signal(a.instance(), Signal.KILL);
            case Action.CloseGateway a ->
                    gateway.stop(a.within())
                            .whenComplete((_, _) -> post.accept(new Event.GatewayClosed()));
            case Action.Tell _, Action.Note _, Action.Refuse _ -> {}
        }
    }

    private void start(Action.Start action, Executor writer, Consumer<Event> post) {
        try {
            int port = host.freePort();
            Instance instance =
                    host.start(launcher.spec(action.instance(), action.release(), port));
            writer.execute(() -> instances.put(action.instance(), instance));
            post.accept(new Event.Started(action.instance(), ref(instance, port)));
            watch(action.instance(), instance, post);
        } catch (RuntimeException e) {
            post.accept(
                    new Event.Exited(action.instance(), "could not be started: " + e.getMessage()));
        }
    }

    private static ProcessRef ref(Instance instance, int port) {
        ProcessIdentity identity = instance.identity();
        return new ProcessRef(identity.pid(), identity.startTime(), port);
    }

    private static void watch(String id, Instance instance, Consumer<Event> post) {
        var _ =
                instance.exit()
                        .thenAccept(exit -> post.accept(new Event.Exited(id, exit.toString())));
    }

    private CompletionStage<Answer> ask(int port, String path, Duration timeout) {
        var uri = URI.create("http://" + LOOPBACK + ":" + port + path);
        return prober.probe(uri, timeout).thenApply(result -> answer(path, result));
    }

    private static Answer answer(String path, ProbeResult result) {
        String text = oneLine("GET " + path + ": " + result);
        return result instanceof ProbeResult.Answered a
                ? new Answer(a.status(), text)
                : Answer.silence(text);
    }

    /** An error page in the middle of a sentence helps nobody. */
    private static String oneLine(String text) {
        String line = BLANKS.matcher(text).replaceAll(" ").strip();
        return line.length() > TEXT_MAX ? line.substring(0, TEXT_MAX) + " …" : line;
    }

    private void route(Action.Route action, Consumer<Event> post) {
        List<Target> targets = action.backends().stream().map(Effects::target).toList();
        Optional<Split> split =
                action.share()
                        .map(s -> new Split(s.release(), s.percent(), told.by(), told.name()));
        var _ =
                gateway.route(new RoutingTable(action.version(), balance, targets, policies, split))
                        .whenComplete(
                                (_, failure) -> post.accept(routed(action.version(), failure)));
    }

    private static Event routed(long version, @Nullable Throwable failure) {
        Throwable cause = failure instanceof CompletionException e ? e.getCause() : failure;
        return cause instanceof TableRefusedException refused
                ? new Event.RouteRefused(version, refused.inForce())
                // A gateway that was stopped makes no claim under any table.
                : new Event.Routed(version);
    }

    private static Target target(Backend backend) {
        return new Target(
                new InstanceId(backend.instance()),
                LOOPBACK,
                backend.port(),
                backend.release(),
                backend.weight(),
                false);
    }

    private void sample(Map<String, Instance> running, Consumer<Event> post) {
        blocking.execute(() -> {
            var used = new HashMap<String, Used>();
            running.forEach((id, instance) ->
                    load.apply(instance.identity())
                            .ifPresent(l -> used.put(id, new Used(l.cpu(), l.residentBytes()))));
            var _ =
                    gateway.status()
                            .whenComplete((status, _) -> post.accept(sampled(status, used)));
        });
    }

    private static Event sampled(@Nullable GatewayStatus status, Map<String, Used> used) {
        return new Event.Sampled(status == null ? Map.of() : seen(status.targets()), used);
    }

    /** One that left a table and came back may be counted twice: both are it. */
    private static Map<String, Seen> seen(List<LoadSample> samples) {
        var seen = new HashMap<String, Seen>();
        for (LoadSample s : samples) {
            var one =
                    new Seen(
                            Math.max(0, s.requests() - s.inFlight()),
                            s.failures() + s.serverErrors(),
                            s.latencyNanos());
            seen.merge(s.id().value(), one, Seen::plus);
        }
        return seen;
    }

    private void signal(String id, Signal signal) {
        Optional.ofNullable(instances.get(id)).ifPresent(instance -> instance.signal(signal));
    }

    void forget(String id) {
        instances.remove(id);
    }

    /**
     * Takes over what an earlier fleet process started, and ends what it had only begun to start:
     * such a process was never given a request.
     */
    Map<String, ProcessRef> adopt(FleetState state, Consumer<Event> post) {
        var alive = new HashMap<String, ProcessRef>();
        for (Slot slot : state.slots()) {
            Optional<ProcessRef> known = slot.running();
            if (known.isEmpty()) {
                host.find(Env.INSTANCE_ID, slot.instance())
                        .ifPresent(stray -> stray.signal(Signal.KILL));
                continue;
            }
            var identity = new ProcessIdentity(known.get().pid(), known.get().startTime());
            host.adopt(identity)
                    .ifPresent(instance -> {
                        instances.put(slot.instance(), instance);
                        alive.put(slot.instance(), known.get());
                    });
        }
        return alive;
    }

    /** After the adoption was taken in, so that no exit is heard before it. */
    void watchAdopted(Consumer<Event> post) {
        instances.forEach((id, instance) -> watch(id, instance, post));
    }
}
