package dev.concertina.starter.job;

import dev.concertina.starter.codec.UnknownType;
import dev.concertina.starter.codec.ValueCodec;
import dev.concertina.starter.instance.RequestId;
import dev.concertina.starter.job.JobCounters.Result;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Does one claimed job once, and says how it ended. */
final class Attempt {
    private static final Logger log = LoggerFactory.getLogger(Attempt.class);
    private static final Duration UNREADABLE = Duration.ofSeconds(30);
    private static final int ERROR_MAX = 4000;

    private final JobStore store;
    private final ValueCodec codec;
    private final Retry retry;
    private final RandomGenerator chance;

    Attempt(JobStore store, ValueCodec codec, Retry retry, RandomGenerator chance) {
        this.store = store;
        this.codec = codec;
        this.retry = retry;
        this.chance = chance;
    }

    /**
     * How it ended.
     *
     * @param noted what the store has still to be told, if anything
     * @param fatal what ends the process
     */
    record Outcome(Result result, Optional<Ending> noted, Optional<VirtualMachineError> fatal) {
        static Outcome of(Result result) {
            return new Outcome(result, Optional.empty(), Optional.empty());
        }

        static Outcome of(Result result, Ending noted) {
            return new Outcome(result, Optional.of(noted), Optional.empty());
        }
    }

    /** The claim did not hold any more; unwinds the handler. */
    private static final class Lost extends RuntimeException {
        private static final long serialVersionUID = 1;

        Lost() {
            super("another instance has taken the job over", null, false, false);
        }
    }

    /**
     * @param held whether this instance has the claim, as far as it knows
     * @param ending whether this instance is about to end
     */
    Outcome of(Held held, BooleanSupplier holds, BooleanSupplier ending) {
        var claim = held.claim();
        var handler = held.handler();
        if (claim.attempt() > handler.attempts()) {
            return dead(
                    claim,
                    "It was started "
                            + (claim.attempt() - 1)
                            + " times and never came to an end; its instance ended, or was thought"
                            + " dead, each time.");
        }
        Optional<Object> payload;
        try {
            payload = handler.payload().map(type -> codec.decodeNameless(claim.payload(), type));
        } catch (UnknownType e) {
            var where = e.where().isEmpty() ? "" : ", because of " + e.where();
            log.warn(
                    "Job {} ({}) waits for a release that can read it: its payload is no {} of this"
                            + " one{}.",
                    claim.id(),
                    claim.type(),
                    handler.payload().map(Class::getName).orElse(""),
                    where);
            return Outcome.of(
                    Result.BACK,
                    new Ending.Back(
                            claim, UNREADABLE, "The payload could not be read" + where + "."));
        }
        return done(held, payload.orElse(null), holds, ending);
    }

    private Outcome done(
            Held held, @Nullable Object payload, BooleanSupplier holds, BooleanSupplier ending) {
        var claim = held.claim();
        var handler = held.handler();
        var finished = new boolean[1];
        var begun = new boolean[] {!handler.transactional()};
        var context =
                new JobContext(
                        claim,
                        holds,
                        effects -> {
                            if (handler.transactional() || finished[0]) {
                                throw new IllegalStateException(
                                        handler.transactional()
                                                ? "The handler is transactional: what it does is"
                                                        + " part of the job's end already."
                                                : "The job has ended already.");
                            }
                            if (!store.run(claim, effects)) {
                                throw new Lost();
                            }
                            finished[0] = true;
                        });
        name(claim);
        try {
            if (handler.transactional()) {
                boolean ran =
                        store.run(
                                claim,
                                () -> {
                                    begun[0] = true;
                                    context.during(() -> handler.invoke(payload, context));
                                    pause(handler);
                                });
                return Outcome.of(ran ? Result.SUCCEEDED : Result.LOST);
            }
            context.during(() -> handler.invoke(payload, context));
            pause(handler);
            return finished[0]
                    ? Outcome.of(Result.SUCCEEDED)
                    : Outcome.of(Result.SUCCEEDED, new Ending.Done(claim));
        } catch (Throwable thrown) {
            var cause = thrown instanceof Handler.Failed failed ? failed.thrown() : thrown;
            if (finished[0]) {
                log.warn(
                        "Job {} ({}) failed after it had finished.",
                        claim.id(),
                        claim.type(),
                        cause);
                return Outcome.of(Result.SUCCEEDED);
            }
            return begun[0] ? failed(held, cause, ending) : unbegun(claim, cause);
        } finally {
            unname();
        }
    }

    private void pause(Handler handler) {
        handler.pause().ifPresent(pause -> store.pause(handler.name(), pause));
    }

    // There was no connection, say: that is not the job's fault.
    private Outcome unbegun(Claim claim, Throwable cause) {
        var wait = retry.after(1, chance);
        log.warn(
                "Job {} ({}) could not begin and is tried again in {} ms: {}",
                claim.id(),
                claim.type(),
                wait.toMillis(),
                cause.toString());
        return Outcome.of(Result.BACK, new Ending.Back(claim, wait, text(cause)));
    }

    private Outcome failed(Held held, Throwable cause, BooleanSupplier ending) {
        var claim = held.claim();
        if (cause instanceof Lost) {
            return Outcome.of(Result.LOST);
        }
        if (ending.getAsBoolean()) {
            return Outcome.of(Result.BACK, new Ending.Back(claim, Duration.ZERO, ""));
        }
        if (cause instanceof GiveUp || claim.attempt() >= held.handler().attempts()) {
            log.error(
                    "Job {} ({}) is a dead letter after {} attempts.",
                    claim.id(),
                    claim.type(),
                    claim.attempt(),
                    cause);
            return dead(claim, text(cause));
        }
        var wait =
                cause instanceof TryLater later
                        ? later.waiting()
                        : retry.after(claim.attempt(), chance);
        log.warn(
                "Job {} ({}) failed at attempt {}; the next is in {} ms: {}",
                claim.id(),
                claim.type(),
                claim.attempt(),
                wait.toMillis(),
                cause.toString());
        var again = new Ending.Again(claim, wait, text(cause));
        return new Outcome(
                Result.FAILED,
                Optional.of(again),
                cause instanceof VirtualMachineError error && !(error instanceof StackOverflowError)
                        ? Optional.of(error)
                        : Optional.empty());
    }

    private static Outcome dead(Claim claim, String error) {
        return Outcome.of(Result.DEAD, new Ending.Dead(claim, error));
    }

    private static String text(Throwable cause) {
        var trace = new StringWriter();
        cause.printStackTrace(new PrintWriter(trace));
        var text = trace.toString();
        return text.substring(0, Math.min(text.length(), ERROR_MAX));
    }

    private static void name(Claim claim) {
        MDC.put("job", Long.toString(claim.id()));
        claim.request().ifPresent(request -> MDC.put(RequestId.MDC, request));
        claim.tenant().ifPresent(tenant -> MDC.put("tenant", tenant.id()));
    }

    private static void unname() {
        MDC.remove("job");
        MDC.remove(RequestId.MDC);
        MDC.remove("tenant");
    }
}
