package dev.concertina.starter.session;

import dev.concertina.starter.history.Op;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Requests of many clients on one session after another, over three instances with a cache each,
 * taken apart into their calls to the store and interleaved from a seed. One thread does it all, so
 * a run can be repeated exactly.
 */
final class SessionSimulation {
    static final int AT_ONCE = 64;
    private static final int INSTANCES = 3;
    private static final int OPERATIONS_PER_PHASE = 40;
    private static final int STEPS_MAX = 5_000;

    /** Of how many last operations the stores know that they were done. */
    private static final int OPERATIONS_KNOWN = 8;

    private static final Duration DAY = Duration.ofDays(1);
    private static final List<String> ATTRIBUTES = List.of("a", "b", "c", "d");

    /** One call of a request; gives the next, or empty when the request has its answer. */
    private interface Step {
        Optional<Step> take();
    }

    private final SessionStore store;
    private final Random chance;
    private final List<Op> history = new ArrayList<>();
    private final List<Step> underWay = new ArrayList<>();
    private final List<Map<SessionKey, Stored>> caches = new ArrayList<>();
    private final List<SessionId> ids = new ArrayList<>();
    private long clock;
    private long saves;
    private int life;
    private int written;
    private int answered;
    private boolean loggedIn;
    private boolean moving;
    private boolean ending;
    private boolean beginning;
    private boolean ended;

    SessionSimulation(SessionStore store, long seed) {
        this.store = store;
        this.chance = new Random(seed);
        for (int i = 0; i < INSTANCES; i++) {
            caches.add(new HashMap<>());
        }
    }

    /** The history of so many sessions, from before their logins to after their logouts. */
    List<Op> run(int lives) {
        begin();
        // A store that loses sessions may never see one end.
        for (long i = 0; life <= lives && i < (long) lives * STEPS_MAX; i++) {
            direct();
            while (underWay.size() < AT_ONCE && !beginning) {
                underWay.add(chance.nextInt(5) < 2 ? writer() : reader());
            }
            step();
        }
        // What is under way may have been kept already, and others may have read it.
        while (!underWay.isEmpty()) {
            step();
        }
        return history;
    }

    private void step() {
        int turn = chance.nextInt(underWay.size());
        var next = underWay.get(turn).take();
        if (next.isPresent()) {
            underWay.set(turn, next.get());
        } else {
            underWay.set(turn, underWay.get(underWay.size() - 1));
            underWay.remove(underWay.size() - 1);
            answered++;
        }
    }

    /** Decides what the session's owner does next, once enough has happened to it as it is. */
    private void direct() {
        if (beginning || ending || answered < OPERATIONS_PER_PHASE) {
            return;
        }
        if (!moving && (!loggedIn || chance.nextInt(3) > 0)) {
            answered = 0;
            underWay.add(mover());
        } else if (loggedIn && chance.nextBoolean()) {
            answered = 0;
            underWay.add(ender());
        }
    }

    private long tick() {
        return ++clock;
    }

    private SessionId current() {
        return ids.get(ids.size() - 1);
    }

    /** Most bring the newest id they know of, some an old one, or one of somebody logged out. */
    private SessionId someId() {
        return chance.nextInt(5) > 0
                ? current()
                : ids.get(Math.max(0, ids.size() - 1 - chance.nextInt(6)));
    }

    private Optional<Stored> find(SessionId id) {
        var cache = caches.get(chance.nextInt(INSTANCES));
        var known = Optional.ofNullable(cache.get(id.key()));
        return switch (store.find(id.key(), known.map(Stored::version).orElse(""), DAY)) {
            case Found.Nothing nothing -> {
                cache.remove(id.key());
                yield Optional.empty();
            }
            case Found.Same same -> known;
            case Found.Whole whole -> {
                cache.put(id.key(), whole.session());
                yield Optional.of(whole.session());
            }
        };
    }

    /**
     * One hop of a save a step. Some are sent again because their answer was lost, before the store
     * has forgotten the operation.
     */
    private Step save(SessionKey at, Change change, Consumer<Op.Fate> then) {
        return () -> {
            var outcome = store.save(at, change);
            long sent = ++saves;
            if (chance.nextInt(3) == 0) {
                return Optional.of(() -> sendAgain(at, change, sent, outcome, then));
            }
            return Optional.of(next(change, outcome, then));
        };
    }

    private Optional<Step> sendAgain(
            SessionKey at, Change change, long sent, Outcome first, Consumer<Op.Fate> then) {
        if (saves - sent >= OPERATIONS_KNOWN - 1) {
            return Optional.of(next(change, first, then));
        }
        var second = store.save(at, change);
        saves++;
        while (second instanceof Outcome.Moved moved) {
            second = store.save(moved.to(), change);
            saves++;
        }
        var fate = fate(second, true);
        return Optional.of(answer(() -> then.accept(fate)));
    }

    private Step next(Change change, Outcome outcome, Consumer<Op.Fate> then) {
        return outcome instanceof Outcome.Moved moved
                ? save(moved.to(), change, then)
                : answer(() -> then.accept(fate(outcome, false)));
    }

    // Sent again after the session had ended, it says nothing about the first time.
    private static Op.Fate fate(Outcome outcome, boolean again) {
        if (outcome instanceof Outcome.Kept) {
            return Op.Fate.KEPT;
        }
        return again ? Op.Fate.UNKNOWN : Op.Fate.DROPPED;
    }

    private static Step answer(Runnable told) {
        return () -> {
            told.run();
            return Optional.empty();
        };
    }

    private void begin() {
        beginning = true;
        life++;
        int number = life;
        var id = SessionId.random();
        long invoked = tick();
        var creation =
                SessionStoreContract.creationOf(
                        "owner " + number, Map.of("life", Integer.toString(number)));
        underWay.add(
                save(
                        id.key(),
                        creation,
                        kept -> {
                            history.add(new Op.Begin(number, id.value(), invoked, tick()));
                            ids.add(id);
                            loggedIn = false;
                            beginning = false;
                            answered = 0;
                        }));
    }

    private Step reader() {
        var id = someId();
        long invoked = tick();
        return () -> {
            var seen = find(id).map(SessionSimulation::seen);
            return Optional.of(
                    answer(() -> history.add(new Op.Read(id.value(), seen, invoked, tick()))));
        };
    }

    private static Op.Seen seen(Stored session) {
        var texts = new HashMap<String, String>();
        session.values()
                .forEach((name, value) ->
                        texts.put(name, new String(value, StandardCharsets.UTF_8)));
        int life = Integer.parseInt(Optional.ofNullable(texts.remove("life")).orElse("0"));
        var user = Optional.ofNullable(texts.remove("user")).orElse("");
        return new Op.Seen(life, user, texts);
    }

    private Step writer() {
        var id = someId();
        var attribute = ATTRIBUTES.get(chance.nextInt(ATTRIBUTES.size()));
        var value = Integer.toString(++written);
        long invoked = tick();
        Consumer<Op.Fate> told =
                fate ->
                        history.add(
                                new Op.Write(id.value(), attribute, value, fate, invoked, tick()));
        return () ->
                Optional.of(
                        find(id).map(found ->
                                        save(
                                                id.key(),
                                                SessionStoreContract.changeOf(
                                                        found.owner(), Map.of(attribute, value)),
                                                told))
                                .orElseGet(() -> answer(() -> told.accept(Op.Fate.NOT_FOUND))));
    }

    private Step mover() {
        moving = true;
        boolean login = !loggedIn;
        var id = current();
        var to = id.successor();
        long invoked = tick();
        Map<String, byte[]> puts =
                login ? Map.of("user", SessionStoreContract.bytes("user " + life)) : Map.of();
        Consumer<Boolean> told =
                moved -> {
                    var name = moved ? to.value() : "";
                    history.add(new Op.Move(id.value(), name, login, invoked, tick()));
                    if (moved) {
                        ids.add(to);
                        loggedIn |= login;
                    }
                    moving = false;
                    answered = 0;
                    beginAfterEnd();
                };
        return () ->
                Optional.of(
                        find(id).map(found ->
                                        save(
                                                id.key(),
                                                SessionStoreContract.moveOf(
                                                        found.owner(), puts, to.key()),
                                                fate -> told.accept(fate == Op.Fate.KEPT)))
                                .orElseGet(() -> answer(() -> told.accept(false))));
    }

    private Step ender() {
        ending = true;
        var id = current();
        long invoked = tick();
        return () -> {
            boolean found = find(id).isPresent();
            if (!found && moving) {
                // The owner sees a session that is not there, and tries again with the new id.
                ending = false;
                return Optional.empty();
            }
            return Optional.of(() -> {
                store.delete(id.key());
                return Optional.of(
                        answer(() -> {
                            history.add(new Op.End(id.value(), invoked, tick()));
                            ended = true;
                            beginAfterEnd();
                        }));
            });
        };
    }

    // A move that raced with the logout has to be told first, so that its id is known as this
    // session's.
    private void beginAfterEnd() {
        if (ended && !moving) {
            ended = false;
            ending = false;
            begin();
        }
    }
}
