package dev.concertina.fleet.control.rollout;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One by one: a new instance is ready before an old one is drained, so capacity never falls below
 * the wanted number by its own doing. A release that never becomes ready touches nobody. Going back
 * is the same walk in the other direction.
 *
 * @param outgoing instances to be replaced although they run {@code to}, in a restart
 */
public record Rolling(
        int number, String from, String to, Set<String> outgoing, Optional<Setback> setback)
        implements Rollout {

    public Rolling {
        outgoing = Set.copyOf(outgoing);
    }

    public static Rolling deploy(int number, String from, String to) {
        return new Rolling(number, from, to, Set.of(), Optional.empty());
    }

    public static Rolling restart(int number, String release, Set<String> outgoing) {
        return new Rolling(number, release, release, outgoing, Optional.empty());
    }

    /** Back to a release that serves already. */
    static Rolling back(int number, String from, String to, Setback why) {
        return new Rolling(number, from, to, Set.of(), Optional.of(why));
    }

    @Override
    public boolean onTrial(String instance, String release) {
        return setback.isEmpty() && incoming(instance, release);
    }

    @Override
    public Rolling reversed(Setback why) {
        return back(number, to, from, why);
    }

    @Override
    public Plan plan(List<Member> members, int wanted, int surge) {
        List<Member> staying = members.stream().filter(m -> !m.leaving()).toList();
        List<Member> next = staying.stream().filter(this::incoming).toList();
        List<Member> old = staying.stream().filter(m -> !incoming(m)).toList();
        Optional<Member> culprit = next.stream().filter(Rolling::failed).findFirst();
        if (setback.isEmpty() && culprit.isPresent()) {
            return new Plan(0, to, List.of(), new Plan.Verdict.Failed(culprit.get()));
        }
        boolean alone = next.size() == members.size();
        if (alone && next.size() == wanted && next.stream().allMatch(Member::ready)) {
            return new Plan(0, to, List.of(), new Plan.Verdict.Done());
        }
        int ceiling = alone ? wanted : wanted + surge;
        int launch = Math.clamp(wanted - next.size(), 0, Math.max(0, ceiling - members.size()));
        return new Plan(launch, to, leave(next, old, wanted), new Plan.Verdict.Continue());
    }

    /** Whom the members left can do without, one after the other. */
    private List<String> leave(List<Member> next, List<Member> old, int wanted) {
        var leave = new ArrayList<String>();
        var staying = new ArrayList<>(next);
        staying.addAll(old);
        long tooMany = surplus(next, wanted);
        List<Member> surplus =
                tooMany <= 0
                        ? List.of()
                        : next.stream().sorted(Steady.LEAST_MISSED).limit(tooMany).toList();
        for (Member candidate : inOrder(old, surplus)) {
            if (spare(candidate, staying, next, wanted)) {
                staying.remove(candidate);
                leave.add(candidate.instance());
            }
        }
        return leave;
    }

    private static List<Member> inOrder(List<Member> old, List<Member> surplus) {
        var order = new ArrayList<Member>();
        old.stream()
                .sorted(Comparator.comparing(Member::standing).thenComparingInt(Member::age))
                .forEach(order::add);
        order.addAll(surplus);
        return order;
    }

    private boolean spare(Member candidate, List<Member> staying, List<Member> next, int wanted) {
        long ready = staying.stream().filter(Member::ready).count();
        return switch (candidate.standing()) {
            case READY -> ready > wanted;
            // Nothing runs there, and what ran there is not coming back.
            case FAILED -> true;
            case WAITING -> setback.isPresent() || stuck(staying, next, wanted);
            case NOT_READY, PROVING -> stuck(staying, next, wanted);
            case LEAVING -> false;
        };
    }

    /**
     * The incoming have proven themselves and are all there is room for: only somebody who is not
     * ready can still make room.
     */
    private static boolean stuck(List<Member> staying, List<Member> next, int wanted) {
        return staying.size() > wanted && !next.isEmpty() && next.stream().allMatch(Member::ready);
    }

    private static long surplus(List<Member> next, int wanted) {
        long failed = next.stream().filter(Rolling::failed).count();
        return Math.max(failed, next.size() - wanted);
    }

    private boolean incoming(Member member) {
        return incoming(member.instance(), member.release());
    }

    private boolean incoming(String instance, String release) {
        return release.equals(to) && !outgoing.contains(instance);
    }

    private static boolean failed(Member member) {
        return member.standing() == Member.Standing.FAILED;
    }
}
