package dev.concertina.verifier.check;

import dev.concertina.fleet.console.FleetStatus.InstanceStatus;
import dev.concertina.fleet.manifest.Manifest.Journey;
import dev.concertina.fleet.manifest.Manifest.Step;
import dev.concertina.verifier.history.Outcome;
import dev.concertina.verifier.http.Client;
import dev.concertina.verifier.workload.User;
import dev.concertina.verifier.workload.Visit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;

/**
 * A SESSION journey being tried: established by one user, then asked of instance after instance.
 */
final class SessionTrial {
    private static final int PARALLEL = 4;
    private static final int ROUNDS_PER_INSTANCE = 15;
    private static final Duration SILENCE = Duration.ofMillis(200);

    private final Stage stage;
    private final String check;
    private final List<Step> establishing;
    private List<Step> repeated;

    private SessionTrial(Stage stage, String check, Journey journey) {
        this.stage = stage;
        this.check = check;
        this.establishing = journey.steps().stream().filter(s -> !s.repeat()).toList();
        this.repeated = journey.steps().stream().filter(Step::repeat).toList();
    }

    /** The manifest's first SESSION journey that has something to repeat. */
    static Optional<SessionTrial> of(Stage stage, String check) {
        return stage.manifest().verify().journeys().stream()
                .filter(j -> j.kind() == Journey.Kind.SESSION)
                .filter(j -> j.steps().stream().anyMatch(Step::repeat))
                .findFirst()
                .map(j -> new SessionTrial(stage, check, j));
    }

    /**
     * A user who went through the steps that establish the session.
     *
     * @param createdOn the instance that set the cookie
     * @param failed the step that did not pass; empty when the session is established
     */
    record Established(User user, String createdOn, Optional<Visit> failed) {}

    /**
     * What came of asking several instances.
     *
     * @param answered the instances that still knew the session
     * @param loss the first answer that did not know it
     */
    record Round(Set<String> answered, Optional<Loss> loss) {}

    Established establish(Client client) {
        var user = stage.users().next();
        var createdOn = "";
        for (var step : establishing) {
            createdOn = user.cookies().lastSetBy();
            var visit = user.take(step, client, check);
            if (!visit.ok()) {
                return new Established(user, createdOn, Optional.of(visit));
            }
            createdOn = visit.instance();
        }
        var setBy = user.cookies().lastSetBy();
        return new Established(user, setBy.isEmpty() ? createdOn : setBy, Optional.empty());
    }

    /**
     * Goes through the whole journey on one instance without any fault. What it answers there is
     * what every instance has to answer: where the manifest states no status, this one counts.
     *
     * @return the step that fails even so
     */
    Optional<Visit> baseline(InstanceStatus instance) {
        try (var client = stage.direct(instance)) {
            var established = establish(client);
            if (established.failed().isPresent()) {
                return established.failed();
            }
            var pinned = new ArrayList<Step>();
            for (var step : repeated) {
                var visit = established.user().take(step, client, check);
                if (!visit.ok()) {
                    return Optional.of(visit);
                }
                pinned.add(pinned(step, visit.exchange().status()));
            }
            repeated = pinned;
            return Optional.empty();
        }
    }

    /** The ready instances under the names they give themselves in their answers. */
    SequencedMap<String, InstanceStatus> named() {
        var named = new LinkedHashMap<String, InstanceStatus>();
        var first = establishing.isEmpty() ? repeated.getFirst() : establishing.getFirst();
        for (var instance : stage.fleet().ready()) {
            try (var client = stage.direct(instance)) {
                var visit = stage.users().next().take(first, client, check);
                named.put(visit.instance().isEmpty() ? instance.id() : visit.instance(), instance);
            }
        }
        return named;
    }

    /**
     * Asks through the gateway, several requests at once, until each of {@code wanted} has answered
     * or the first answer does not know the session. Answers the gateway gives for want of an
     * instance, and requests that break, say nothing about a session.
     */
    Round ask(Established session, Set<String> wanted) throws InterruptedException {
        var answered = new TreeSet<String>();
        for (int i = 0;
                i < ROUNDS_PER_INSTANCE * wanted.size() && !answered.containsAll(wanted);
                i++) {
            stage.gateway().forget();
            var before = session.user().copy();
            var visits = atOnce(session.user());
            var loss =
                    visits.stream()
                            .filter(v -> !v.ok() && !silent(v) && !passing(v, before))
                            .min(Comparator.comparingLong(v -> v.exchange().ended()));
            if (loss.isPresent()) {
                return new Round(answered, loss.map(v -> Loss.of(session.createdOn(), v)));
            }
            visits.stream().filter(Visit::ok).map(Visit::instance).forEach(answered::add);
            if (visits.stream().allMatch(SessionTrial::silent)) {
                stage.clock().pause(SILENCE);
            }
        }
        return new Round(answered, Optional.empty());
    }

    /** Asks one instance on its own port, with a copy of the jar. */
    Visit askDirectly(User user, InstanceStatus instance) {
        try (var client = stage.direct(instance)) {
            return user.copy().take(repeated.getFirst(), client, check);
        }
    }

    /** Shows the loss through the gateway. */
    String replay() {
        var gateway = stage.gateway().origin();
        return Replay.script(check, gateway, gateway, establishing, repeated.getFirst());
    }

    /** Shows the loss past a gateway that hides it: established on one, asked of the other. */
    String replay(InstanceStatus creator, InstanceStatus other) {
        var gateway = stage.gateway().origin();
        return Replay.script(
                check,
                gateway.direct(creator.port(), creator.id()),
                gateway.direct(other.port(), other.id()),
                establishing,
                repeated.getFirst());
    }

    /** Says nothing about the session: it broke, was limited, or no instance was reached. */
    static boolean silent(Visit visit) {
        int status = visit.exchange().status();
        return visit.outcome().broken()
                || (visit.outcome() != Outcome.OK
                        && (status == 429 || (status >= 502 && status <= 504)));
    }

    /**
     * An application that fails now and then, whoever is asked, has not lost a session: a 5xx that
     * the same instance does not repeat for the same cookies says nothing about one.
     */
    private boolean passing(Visit visit, User before) {
        return visit.outcome() == Outcome.SERVER_ERROR
                && stage.fleet().ready().stream()
                        .filter(i -> i.id().equals(visit.instance()))
                        .anyMatch(i -> askDirectly(before, i).ok());
    }

    private List<Visit> atOnce(User user) throws InterruptedException {
        var tasks = new ArrayList<Callable<Visit>>();
        for (int i = 0; i < PARALLEL; i++) {
            var step = repeated.get(stage.random().nextInt(repeated.size()));
            tasks.add(() -> user.take(step, stage.gateway(), check));
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var visits = new ArrayList<Visit>();
            for (var future : threads.invokeAll(tasks)) {
                visits.add(future.get());
            }
            return visits;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private static Step pinned(Step step, int status) {
        return new Step(
                step.method(),
                step.path(),
                step.repeat(),
                step.headers(),
                step.form(),
                step.body(),
                step.expectStatus().or(() -> Optional.of(status)),
                step.expectBody(),
                step.capture());
    }
}
