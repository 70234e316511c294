package dev.concertina.starter.history;

import dev.concertina.starter.history.Op.Fate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Decides whether a history can have been that of sessions as they are promised. */
public final class SessionChecker {
    /** What was promised. */
    public enum Rule {
        /** An acknowledged write is there until another takes its place. */
        LOST_WRITE,
        /** Nothing is seen or kept of a session that was logged out. */
        ZOMBIE,
        /** An id from before the login is nobody's afterwards. */
        FIXATION,
        /** An id that was given up for another opens nothing. */
        OLD_ID,
        /** A session shows what was written to it and nobody else's. */
        MIXED,
        /** A session is there as long as nobody ends it, with its user. */
        LOST_SESSION
    }

    /** A promise that was broken, and how. */
    public record Violation(Rule rule, String story) {}

    /**
     * @param writes that were acknowledged
     * @param reads that saw a session
     * @param refusals requests with an id that was given up or logged out, and told so
     * @param ended lives that were logged out
     */
    public record Verdict(
            List<Violation> violations, long writes, long reads, long refusals, long ended) {}

    private final List<Op> history;
    private final Map<String, Life> lives = new HashMap<>();
    private final List<Violation> violations = new ArrayList<>();
    private long writes;
    private long reads;
    private long refusals;

    private SessionChecker(List<Op> history) {
        this.history = history;
    }

    public static Verdict check(List<Op> history) {
        return new SessionChecker(history).verdict();
    }

    private Verdict verdict() {
        history.stream().sorted(Comparator.comparingLong(Op::returned)).forEach(this::learn);
        for (var op : history) {
            switch (op) {
                case Op.Read read -> check(read);
                case Op.Write write -> check(write);
                default -> {}
            }
        }
        checkRegisters();
        long ended = lives.values().stream().distinct().filter(Life::isOver).count();
        return new Verdict(List.copyOf(violations), writes, reads, refusals, ended);
    }

    private void learn(Op op) {
        switch (op) {
            case Op.Begin begin -> lives.put(begin.id(), new Life(begin));
            case Op.Move move -> {
                var life = life(move);
                life.moved(move);
                if (!move.to().isEmpty()) {
                    lives.put(move.to(), life);
                }
            }
            case Op.End end -> life(end).ended(end);
            default -> {}
        }
    }

    private Life life(Op op) {
        var life = lives.get(op.id());
        if (life == null) {
            throw new IllegalArgumentException("nobody was given the id of " + op);
        }
        return life;
    }

    private void violated(Rule rule, Op op, String how) {
        violations.add(new Violation(rule, how + ": " + op));
    }

    private void check(Op.Read read) {
        var life = life(read);
        if (read.seen().isEmpty()) {
            refused(read, life);
            return;
        }
        reads++;
        var seen = read.seen().get();
        if (seen.life() != life.number()) {
            violated(Rule.MIXED, read, "it is session " + life.number());
        }
        if (life.overBefore(read)) {
            violated(Rule.ZOMBIE, read, "it had been logged out");
        }
        if (life.leftBefore(read)) {
            violated(Rule.OLD_ID, read, "the id had been given up");
        }
        if (!life.loggedIn(read.id()) && !seen.user().isEmpty()) {
            violated(Rule.FIXATION, read, "the id is older than the login");
        }
        if (life.loggedIn(read.id()) && seen.user().isEmpty()) {
            violated(Rule.LOST_SESSION, read, "nobody is logged in any more");
        }
    }

    private void refused(Op op, Life life) {
        if (life.certain(op)) {
            violated(Rule.LOST_SESSION, op, "there was a session");
        }
        if (life.overBefore(op) || life.leftBefore(op)) {
            refusals++;
        }
    }

    private void check(Op.Write write) {
        var life = life(write);
        switch (write.fate()) {
            case NOT_FOUND -> refused(write, life);
            case DROPPED -> {
                if (life.livedThrough(write)) {
                    violated(Rule.LOST_WRITE, write, "nobody had ended the session");
                }
            }
            case UNKNOWN -> {}
            case KEPT -> {
                writes++;
                if (life.overBefore(write)) {
                    violated(Rule.ZOMBIE, write, "it had been logged out");
                }
                if (life.leftBefore(write)) {
                    violated(Rule.OLD_ID, write, "the id had been given up");
                }
            }
        }
    }

    private void checkRegisters() {
        var attributes = new HashMap<Life, Map<String, Register>>();
        var unanswered = new ArrayList<String>();
        for (var op : history) {
            if (op instanceof Op.Write write
                    && (write.fate() == Fate.KEPT || write.fate() == Fate.UNKNOWN)) {
                boolean answered = write.fate() == Fate.KEPT;
                register(attributes, life(write), write.attribute())
                        .write(
                                write.value(),
                                write.invoked(),
                                answered ? write.returned() : Op.NEVER);
                if (!answered) {
                    unanswered.add(write.value());
                }
            }
        }
        for (var op : history) {
            if (op instanceof Op.Read read && read.seen().isPresent()) {
                var values = read.seen().get().values();
                values.keySet().forEach(name -> register(attributes, life(read), name));
                attributes
                        .getOrDefault(life(read), Map.of())
                        .forEach((name, register) ->
                                register.read(
                                        values.getOrDefault(name, Register.NOTHING),
                                        read.invoked(),
                                        read.returned()));
            }
        }
        attributes.forEach((life, registers) ->
                registers.forEach((name, register) ->
                        register.problems(unanswered).forEach(story -> lost(life, name, story))));
    }

    private void lost(Life life, String attribute, String story) {
        var place = attribute + " of session " + life.number() + ": ";
        violations.add(new Violation(Rule.LOST_WRITE, place + story));
    }

    private static Register register(
            Map<Life, Map<String, Register>> attributes, Life life, String name) {
        return attributes
                .computeIfAbsent(life, first -> new HashMap<>())
                .computeIfAbsent(name, first -> new Register(life.began()));
    }
}
