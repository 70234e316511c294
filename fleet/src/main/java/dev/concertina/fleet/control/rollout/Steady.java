package dev.concertina.fleet.control.rollout;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Keeps the wanted number when no release is on its way. Too many: those that are not ready go
 * first, then the youngest, because the oldest are the warmest. Too few: more of the release, never
 * more than the surge beyond the wanted number while others are still leaving.
 */
public final class Steady {
    /** Those that are missed least come first. */
    static final Comparator<Member> LEAST_MISSED =
            Comparator.comparing(Member::standing)
                    .thenComparing(Member::age, Comparator.reverseOrder());

    private Steady() {}

    /**
     * @param worn an instance that is not counted: it leaves when the others suffice without it
     */
    public static Plan plan(
            String release, List<Member> members, Optional<String> worn, int wanted, int surge) {
        Predicate<Member> tired = m -> worn.filter(m.instance()::equals).isPresent();
        List<Member> staying =
                members.stream().filter(m -> !m.leaving()).filter(tired.negate()).toList();
        int missing = wanted - staying.size();
        int room = wanted + surge - members.size();
        long ready = staying.stream().filter(Member::ready).count();
        List<String> leave =
                Stream.concat(
                                members.stream()
                                        .filter(tired)
                                        .filter(m -> !m.leaving())
                                        .filter(m -> !m.ready() || ready >= wanted),
                                staying.stream().sorted(LEAST_MISSED).limit(Math.max(0, -missing)))
                        .map(Member::instance)
                        .toList();
        return new Plan(
                Math.clamp(missing, 0, Math.max(0, room)),
                release,
                leave,
                new Plan.Verdict.Continue());
    }

    /** Everybody leaves; what was given up stays to be seen. */
    public static Plan halt(String release, List<Member> members) {
        List<String> leave =
                members.stream()
                        .filter(m -> m.standing() != Member.Standing.FAILED)
                        .map(Member::instance)
                        .toList();
        return new Plan(0, release, leave, new Plan.Verdict.Continue());
    }

    /** Everybody leaves, without exception. */
    public static Plan end(String release, List<Member> members) {
        return new Plan(
                0,
                release,
                members.stream().map(Member::instance).toList(),
                new Plan.Verdict.Continue());
    }
}
