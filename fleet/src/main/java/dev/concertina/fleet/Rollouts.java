package dev.concertina.fleet;

import dev.concertina.fleet.console.FleetCommands.Outcome;
import dev.concertina.fleet.console.ReleaseStatus;
import dev.concertina.fleet.control.Conclusion;
import dev.concertina.fleet.control.Course;
import dev.concertina.fleet.control.Event;
import dev.concertina.fleet.control.FleetState;
import dev.concertina.fleet.control.rollout.Rollout;
import dev.concertina.fleet.control.rollout.Staged;
import dev.concertina.fleet.runtime.FleetLoop;
import dev.concertina.fleet.runtime.FleetLoop.Reply;
import dev.concertina.fleet.runtime.Releases;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Commands about releases: makes them, asks the loop, and waits for how it ends. */
final class Rollouts {
    private final FleetLoop loop;
    private final Releases releases;
    private final Evidence evidence;

    Rollouts(FleetLoop loop, Releases releases, Evidence evidence) {
        this.loop = loop;
        this.releases = releases;
        this.evidence = evidence;
    }

    /** A rollout that was begun, or the answer where there is nothing to wait for. */
    private record Begun(Optional<Integer> number, Outcome otherwise) {
        static Begun not(Outcome outcome) {
            return new Begun(Optional.empty(), outcome);
        }
    }

    Outcome deploy(Optional<Path> jar, boolean again) {
        Begun begun = begin(jar, again);
        if (begun.number().isEmpty()) {
            return begun.otherwise();
        }
        Outcome outcome = concluded(begun.number().get());
        releases.prune(used());
        return outcome;
    }

    /** One at a time: who comes second sees what the first one has begun. */
    private synchronized Begun begin(Optional<Path> jar, boolean again) {
        FleetState state = loop.state();
        Optional<String> digest = again ? Optional.empty() : jar.map(Rollouts::digest);
        if (state.rollout().isPresent()) {
            Rollout rollout = state.rollout().get();
            return rollout.setback().isEmpty() && digest.isPresent() && is(rollout.to(), digest)
                    ? new Begun(Optional.of(rollout.number()), failed(""))
                    : Begun.not(
                            failed(
                                    rollout.to()
                                            + " is being rolled out; wait until it has ended, or"
                                            + " 'concertina abort', and deploy again"));
        }
        if (state.course() == Course.RUN && digest.isPresent() && is(state.release(), digest)) {
            return Begun.not(
                    done(
                            state.release()
                                    + " is this very jar and serves already; --again makes a new"
                                    + " release of it"));
        }
        String release = releases.add(jar);
        Reply reply = ask(new Event.Deploy(release));
        return reply.refusal().isPresent()
                ? Begun.not(refused(reply))
                : new Begun(Optional.of(reply.after().rollouts()), failed(""));
    }

    private static String digest(Path jar) {
        try {
            return Releases.digest(jar);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + jar + ": " + e.getMessage(), e);
        }
    }

    private boolean is(String release, Optional<String> digest) {
        return releases.about(release).flatMap(Releases.About::sha256).equals(digest);
    }

    Outcome restart(Optional<String> instance) {
        return concluded(ask(new Event.Restart(instance)));
    }

    Outcome promote(boolean all) {
        Reply reply = ask(new Event.Promote(all));
        if (reply.refusal().isPresent()) {
            return refused(reply);
        }
        int number = reply.after().rollouts();
        return await(state -> {
            Optional<Outcome> end = end(state, number);
            if (end.isPresent()) {
                return end;
            }
            return state.rollout().orElse(null) instanceof Staged s
                            && s.phase() == Staged.Phase.WATCH
                    ? Optional.of(done(s.to() + " gets " + s.percent() + " % of the requests now"))
                    : Optional.empty();
        });
    }

    Outcome abort() {
        Reply reply = ask(new Event.Abort());
        if (reply.refusal().isPresent()) {
            return refused(reply);
        }
        Outcome end = concluded(reply.after().rollouts());
        // To have been rolled back is what was asked for.
        return end.text().startsWith("rolled back") ? done(end.text()) : end;
    }

    Outcome back(Optional<String> named) {
        FleetState state = loop.state();
        Optional<Rollout> underWay = state.rollout().filter(r -> r.setback().isEmpty());
        if (underWay.isPresent() && named.map(underWay.get().from()::equals).orElse(true)) {
            return abort();
        }
        List<String> kept = releases.kept();
        Optional<String> to = named.or(state::servedBefore);
        if (to.isEmpty()) {
            return failed(
                    "no release is known to have served before "
                            + state.release()
                            + "; name one of those that are kept: "
                            + String.join(", ", kept));
        }
        return kept.contains(to.get())
                ? concluded(ask(new Event.Rollback(to.get())))
                : failed(
                        to.get()
                                + " is not kept; there are "
                                + String.join(", ", kept)
                                + ". Deploy its jar again.");
    }

    List<ReleaseStatus> releases() {
        FleetState state = loop.state();
        return releases.kept().stream()
                .map(name -> {
                    var about =
                            releases.about(name)
                                    .orElseGet(() ->
                                            new Releases.About(
                                                    Instant.EPOCH,
                                                    Optional.empty(),
                                                    0,
                                                    Optional.empty()));
                    return new ReleaseStatus(
                            name,
                            about.made(),
                            about.source(),
                            about.bytes(),
                            about.sha256(),
                            word(name, state));
                })
                .toList();
    }

    private static String word(String release, FleetState state) {
        Optional<String> coming = state.rollout().map(Rollout::to);
        if (release.equals(state.release())) {
            return "serving";
        }
        if (coming.filter(release::equals).isPresent()) {
            return "on its way";
        }
        return state.served().contains(release) ? "served" : "never served";
    }

    /** Never one that runs, nor the one to go back to. */
    private Set<String> used() {
        FleetState state = loop.state();
        var used = new HashSet<String>();
        used.add(state.release());
        state.servedBefore().ifPresent(used::add);
        state.slots().forEach(s -> used.add(s.release()));
        return used;
    }

    private Outcome concluded(Reply reply) {
        return reply.refusal().isPresent() ? refused(reply) : concluded(reply.after().rollouts());
    }

    /** Waits until the rollout with this number has ended. */
    private Outcome concluded(int number) {
        return await(state -> end(state, number));
    }

    private Optional<Outcome> end(FleetState state, int number) {
        Optional<Conclusion> end = state.conclusion().filter(c -> c.number() >= number);
        if (end.isPresent()) {
            return end.map(this::outcome);
        }
        return state.course() == Course.CLOSE || state.course() == Course.END
                ? Optional.of(failed("the fleet went down meanwhile"))
                : Optional.empty();
    }

    Outcome outcome(Conclusion conclusion) {
        return new Outcome(
                conclusion.done(), conclusion.text(), evidence.of(conclusion.instance()));
    }

    private Reply ask(Event command) {
        return loop.ask(command).toCompletableFuture().join();
    }

    private Outcome await(Function<FleetState, Optional<Outcome>> condition) {
        return loop.when(condition).join();
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
