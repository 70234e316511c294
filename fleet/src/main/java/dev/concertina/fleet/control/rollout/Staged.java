package dev.concertina.fleet.control.rollout;

import dev.concertina.fleet.control.rollout.Member.Standing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Canary and blue-green: the new release gets a share of the requests that grows step by step;
 * blue-green has one step, to all of them. The old instances all stay, warm, until the last step
 * has been watched, so the way back is one table. A step that is not ready changes no traffic.
 *
 * @param step index of the share that is being prepared or watched
 * @param percent of the requests the new release gets at this moment
 * @param since when the phase began
 * @param why the step before was left, for people; empty at the first
 */
public record Staged(
        int number,
        String from,
        String to,
        Approach approach,
        int step,
        int percent,
        Phase phase,
        Instant since,
        String why,
        Evidence evidence)
        implements Rollout {

    public enum Phase {
        /** The instances of the step are started. */
        PREPARE,
        /** The share is in force. */
        WATCH,
        /** The new release has all requests for good; the old instances leave. */
        FINISH
    }

    public static Staged begin(int number, String from, String to, Approach approach, Instant now) {
        return new Staged(
                number, from, to, approach, 0, 0, Phase.PREPARE, now, "", Evidence.none());
    }

    @Override
    public Optional<Setback> setback() {
        return Optional.empty();
    }

    @Override
    public boolean onTrial(String instance, String release) {
        return phase != Phase.FINISH && release.equals(to);
    }

    @Override
    public boolean provesEach() {
        return false;
    }

    @Override
    public Optional<Traffic> traffic() {
        return Optional.of(new Traffic(from, to, percent));
    }

    @Override
    public int extra(int wanted, int surge) {
        return Math.max(surge, phase == Phase.FINISH ? wanted : needed(wanted));
    }

    @Override
    public Staged durable() {
        return with(Evidence.none());
    }

    @Override
    public Rollout reversed(Setback why) {
        return Rolling.back(number, to, from, why);
    }

    /** The share of the step, in percent. */
    public int share() {
        return approach.shares().get(step);
    }

    public boolean last() {
        return step == approach.shares().size() - 1;
    }

    /** New instances that carry the step's share as the old ones carry all. */
    private int needed(int wanted) {
        return Math.max(1, Math.ceilDiv(wanted * share(), 100));
    }

    /** What the judge thinks; empty where there is none. */
    public Optional<Opinion> opinion() {
        return approach.judge().map(judge -> judge.opinion(evidence));
    }

    /** Whether samples would change anything. */
    public boolean listens() {
        return approach.judge().isPresent() && phase != Phase.FINISH;
    }

    /** What each release answered in the latest interval. */
    public Staged hear(Count old, Count fresh) {
        return approach.judge().map(judge -> with(judge.hear(evidence, old, fresh))).orElse(this);
    }

    /** When the step has been watched for long enough. */
    public Optional<Instant> watchedAt() {
        return phase == Phase.WATCH && !approach.byHand()
                ? Optional.of(since.plus(approach.watch()))
                : Optional.empty();
    }

    /** As far as it can go now. */
    public Staged advance(List<Member> members, int wanted, Instant now) {
        long ready = members.stream().filter(m -> m.release().equals(to) && m.ready()).count();
        if (ready < needed(wanted)) {
            return this;
        }
        if (phase == Phase.PREPARE) {
            return in(step, share(), Phase.WATCH, now, why);
        }
        boolean watched = watchedAt().filter(at -> !now.isBefore(at)).isPresent();
        return watched
                ? opinion().map(o -> heeding(o, now)).orElseGet(() -> next(words(), now))
                : this;
    }

    private Staged heeding(Opinion opinion, Instant now) {
        return switch (opinion.kind()) {
            case PROMOTE -> next(opinion.words(), now);
            case ROLL_BACK -> this;
            // After a switch there is nothing left to compare with: the time is the proof.
            case NOT_YET -> approach.kind() == Approach.Kind.BLUE_GREEN ? next(words(), now) : this;
        };
    }

    private String words() {
        return "was watched for " + approach.watch().toSeconds() + " s";
    }

    private Staged next(String because, Instant now) {
        return last()
                ? in(step, 100, Phase.FINISH, now, because)
                : in(step + 1, percent, Phase.PREPARE, now, because);
    }

    /** Why it cannot be promoted by hand now; empty when it can. */
    public Optional<String> unpromotable() {
        if (phase == Phase.FINISH) {
            return Optional.of(to + " has all requests already; " + from + " is being let go");
        }
        return phase == Phase.PREPARE && last()
                ? Optional.of(
                        to + " gets all requests as soon as its instances are ready; see 'status'")
                : Optional.empty();
    }

    /**
     * By hand: the judge is not asked.
     *
     * @param all to the last step at once
     */
    public Staged promoted(boolean all, Instant now) {
        String by = "was promoted by hand";
        if (last()) {
            return in(step, 100, Phase.FINISH, now, by);
        }
        int next = all ? approach.shares().size() - 1 : step + 1;
        return in(next, percent, Phase.PREPARE, now, by);
    }

    @Override
    public Plan plan(List<Member> members, int wanted, int surge) {
        if (phase == Phase.FINISH) {
            return Rolling.deploy(number, from, to).plan(members, wanted, extra(wanted, surge));
        }
        Optional<Member> culprit =
                members.stream()
                        .filter(m -> m.release().equals(to))
                        .filter(m -> m.standing() == Standing.FAILED)
                        .findFirst();
        if (culprit.isPresent()) {
            return verdict(new Plan.Verdict.Failed(culprit.get()));
        }
        Optional<String> objection = approach.judge().flatMap(j -> j.objection(evidence));
        if (objection.isPresent()) {
            return verdict(new Plan.Verdict.Rejected(objection.get()));
        }
        return stock(members, wanted, surge);
    }

    private Plan verdict(Plan.Verdict verdict) {
        return new Plan(0, to, List.of(), verdict);
    }

    /** So many of the old as carry everything, so many of the new as carry the share. */
    private Plan stock(List<Member> members, int wanted, int surge) {
        List<Member> old = staying(members, from);
        List<Member> fresh = staying(members, to);
        int room = Math.max(0, wanted + extra(wanted, surge) - members.size());
        // Once they get nothing they are kept, not replaced.
        int missingOld = percent == 100 ? 0 : wanted - old.size();
        int missingFresh = needed(wanted) - fresh.size();
        boolean oldFirst = missingOld > 0;
        int launch = Math.clamp(oldFirst ? missingOld : missingFresh, 0, room);
        return new Plan(
                launch,
                oldFirst ? from : to,
                surplus(members, old, old.size() - wanted, fresh, -missingFresh, wanted),
                new Plan.Verdict.Continue());
    }

    private static List<Member> staying(List<Member> members, String release) {
        return members.stream().filter(m -> !m.leaving() && m.release().equals(release)).toList();
    }

    /** Those of each release that are too many, as long as the ready ones suffice without them. */
    private static List<String> surplus(
            List<Member> members,
            List<Member> old,
            int oldTooMany,
            List<Member> fresh,
            int freshTooMany,
            int wanted) {
        long ready = members.stream().filter(Member::ready).count();
        var leave = new ArrayList<String>();
        if (oldTooMany <= 0 && freshTooMany <= 0) {
            return leave;
        }
        List<Member> candidates =
                Stream.concat(few(old, oldTooMany), few(fresh, freshTooMany)).toList();
        for (Member candidate : candidates) {
            if (!candidate.ready() || ready > wanted) {
                ready -= candidate.ready() ? 1 : 0;
                leave.add(candidate.instance());
            }
        }
        return leave;
    }

    private static Stream<Member> few(List<Member> members, int number) {
        return members.stream().sorted(Steady.LEAST_MISSED).limit(Math.max(0, number));
    }

    private Staged with(Evidence next) {
        return new Staged(number, from, to, approach, step, percent, phase, since, why, next);
    }

    private Staged in(int at, int share, Phase next, Instant now, String because) {
        return new Staged(number, from, to, approach, at, share, next, now, because, evidence);
    }
}
