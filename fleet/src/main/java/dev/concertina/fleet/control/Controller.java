package dev.concertina.fleet.control;

import dev.concertina.fleet.control.rollout.Plan;
import dev.concertina.fleet.control.rollout.Staged;
import dev.concertina.fleet.control.rollout.Steady;
import dev.concertina.fleet.control.supervise.Supervisor;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides what happens next. Pure: the same state, event and moment give the same step. Scale says
 * how many, rollout says which release, supervise turns that into starts and stops, and the gateway
 * is told the resulting table.
 */
public final class Controller {
    private final Settings settings;
    private final Supervisor supervisor;

    public Controller(Settings settings) {
        this.settings = settings;
        this.supervisor = new Supervisor(settings);
    }

    public Step step(FleetState state, Event event, Instant now) {
        var actions = new ArrayList<Action>();
        if (event instanceof Event.Sampled sampled) {
            Measuring.of(state, settings, sampled, now)
                    .map(Action.Note::new)
                    .ifPresent(actions::add);
        }
        FleetState heard = new Reception(settings, supervisor).hear(state, event, now, actions);
        FleetState next = heard;
        // A plan may make room for more: repeat until it asks for nothing new.
        for (FleetState before = null; !next.equals(before); ) {
            before = next;
            FleetState further = progress(before, now);
            next = Wear.tidy(carryOut(further, plan(further, now), now, actions), now);
        }
        var round = new Round(settings, supervisor, next);
        next = Wear.ask(round.advance(now, actions), settings, now, actions);
        next = route(next, actions);
        if (Hearing.wanted(next, settings) && next.sampling().due(now)) {
            actions.add(new Action.Sample());
            next = next.with(next.sampling().asking());
        }
        actions.addAll(Story.between(state, next, now));
        return new Step(next, actions, round.wakeAt(next, now));
    }

    /** A rollout in steps goes as far as it can. */
    private FleetState progress(FleetState state, Instant now) {
        if (state.course() != Course.RUN
                || !(state.rollout().orElse(null) instanceof Staged staged)) {
            return state;
        }
        var members = Members.of(state, settings.watch(), now);
        return state.with(staged.advance(members, state.wanted(), now));
    }

    private Plan plan(FleetState state, Instant now) {
        int wanted = state.scaling().wanted();
        var members = Members.of(state, settings.watch(), now);
        boolean none = state.release().isEmpty() && state.rollout().isEmpty();
        if (none && (state.course() == Course.RUN || state.course() == Course.CLOSE)) {
            return Steady.halt("", members);
        }
        return switch (state.course()) {
            case HALT -> Steady.halt(state.release(), members);
            case END -> Steady.end(state.release(), members);
            case RUN, CLOSE ->
                    state.rollout()
                            .map(r -> r.plan(members, wanted, settings.surge()))
                            .orElseGet(() ->
                                    Steady.plan(
                                            state.release(),
                                            members,
                                            worn(state, now),
                                            wanted,
                                            settings.surge()));
        };
    }

    private static Optional<String> worn(FleetState state, Instant now) {
        return state.course() == Course.RUN ? state.wear().turn(now) : Optional.empty();
    }

    private FleetState carryOut(FleetState state, Plan plan, Instant now, List<Action> actions) {
        FleetState judged =
                state.rollout().map(r -> Verdicts.apply(state, r, plan.verdict())).orElse(state);
        return new Round(settings, supervisor, judged).carryOut(plan, now, actions);
    }

    /** One table at a time: the next is told when the gateway obeys the one before. */
    private static FleetState route(FleetState state, List<Action> actions) {
        Routing.Table table = Floor.table(state);
        if (state.course() == Course.END
                || !state.routing().settled()
                || state.routing().says(table)) {
            return state;
        }
        Routing told = state.routing().tell(table);
        // First of all: whoever is no longer in the table should get no request meanwhile.
        actions.addFirst(told.told());
        return state.with(told);
    }
}
