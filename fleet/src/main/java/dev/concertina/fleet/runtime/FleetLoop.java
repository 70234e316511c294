package dev.concertina.fleet.runtime;

import dev.concertina.fleet.control.Action;
import dev.concertina.fleet.control.Controller;
import dev.concertina.fleet.control.Event;
import dev.concertina.fleet.control.FleetState;
import dev.concertina.fleet.control.Step;
import dev.concertina.fleet.control.scale.Measurement;
import dev.concertina.fleet.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The loop that makes it happen: take an event, decide, write the decision down, carry it out. It
 * has no thread of its own: whatever runs the writer's tasks one at a time drives it, a {@link
 * Mailbox} or a simulation.
 */
public final class FleetLoop {
    private final Controller controller;
    private final Journal journal;
    private final Effects effects;
    private final Chronicle chronicle;
    private final Consumer<Measurement> record;
    private final Time time;
    private final Executor writer;

    private volatile FleetState state;
    private FleetState written;
    private Optional<Time.Alarm> alarm = Optional.empty();
    private final List<Watch<?>> watches = new ArrayList<>();

    /**
     * @param record is told what was served and what it cost
     * @param writer runs tasks in order, one at a time
     * @param state as the journal holds it
     */
    public FleetLoop(
            Controller controller,
            Journal journal,
            Effects effects,
            Chronicle chronicle,
            Consumer<Measurement> record,
            Time time,
            Executor writer,
            FleetState state) {
        this.controller = controller;
        this.journal = journal;
        this.effects = effects;
        this.chronicle = chronicle;
        this.record = record;
        this.time = time;
        this.writer = writer;
        this.state = state;
        this.written = state.durable();
    }

    /**
     * What became of a command at once.
     *
     * @param refusal why it was not taken on
     * @param after the state it led to
     */
    public record Reply(Optional<String> refusal, FleetState after) {}

    private record Watch<T>(Function<FleetState, Optional<T>> condition, CompletableFuture<T> met) {
        boolean meets(FleetState state) {
            Optional<T> value = condition.apply(state);
            value.ifPresent(met::complete);
            return value.isPresent();
        }
    }

    /** Takes over from an earlier fleet process whose state this loop was given. */
    public void resume() {
        writer.execute(() -> {
            handle(new Event.Resumed(effects.adopt(state, this::post)));
            effects.watchAdopted(this::post);
        });
    }

    /** The latest state; never waits. */
    public FleetState state() {
        return state;
    }

    public CompletionStage<Reply> ask(Event command) {
        var reply = new CompletableFuture<Reply>();
        writer.execute(() -> reply.complete(new Reply(handle(command), state)));
        return reply;
    }

    /** Completes at the first state, from now on, for which the condition has a value. */
    public <T> CompletableFuture<T> when(Function<FleetState, Optional<T>> condition) {
        var watch = new Watch<T>(condition, new CompletableFuture<>());
        writer.execute(() -> {
            if (!watch.meets(state)) {
                watches.add(watch);
            }
        });
        return watch.met();
    }

    private void post(Event event) {
        writer.execute(() -> handle(event));
    }

    /** The refusal, if the event was a command that was refused. */
    private Optional<String> handle(Event event) {
        Instant now = time.now();
        Step step = controller.step(state, event, now);
        write(step, event, now);
        state = step.state();
        Optional<String> refusal = Optional.empty();
        for (Action action : step.actions()) {
            switch (action) {
                case Action.Tell tell -> chronicle.tell(tell, now);
                case Action.Note line -> record.accept(line.measurement());
                case Action.Refuse refuse -> refusal = Optional.of(refuse.reason());
                default -> effects.perform(action, writer, this::post);
            }
        }
        if (event instanceof Event.Exited exited) {
            effects.forget(exited.instance());
        }
        wake(step.wakeAt(), now);
        settle();
        return refusal;
    }

    private void write(Step step, Event event, Instant now) {
        FleetState durable = step.state().durable();
        if (!durable.equals(written)) {
            journal.append(now, event, step.actions(), durable);
            written = durable;
        }
    }

    private void wake(Optional<Instant> at, Instant now) {
        alarm.ifPresent(Time.Alarm::cancel);
        alarm =
                at.map(moment ->
                        time.after(Duration.between(now, moment), () -> post(new Event.Woke())));
    }

    private void settle() {
        Iterator<Watch<?>> each = watches.iterator();
        while (each.hasNext()) {
            if (each.next().meets(state)) {
                each.remove();
            }
        }
    }
}
