package dev.concertina.fleet.control.rollout;

import java.util.List;

/**
 * What should change now.
 *
 * @param launch how many instances of {@code release} to add
 * @param leave instances to take out, in order
 * @param verdict what becomes of the rollout
 */
public record Plan(int launch, String release, List<String> leave, Verdict verdict) {
    public Plan {
        leave = List.copyOf(leave);
    }

    /** What becomes of the rollout. */
    public sealed interface Verdict {
        /** It goes on. */
        record Continue() implements Verdict {}

        /** The release serves alone. */
        record Done() implements Verdict {}

        /** The judge, or somebody, does not want the release. */
        record Rejected(String reason) implements Verdict {}

        /** The release cannot be made to serve: go back. */
        record Failed(Member culprit) implements Verdict {}
    }

    static Plan none(String release) {
        return new Plan(0, release, List.of(), new Verdict.Continue());
    }
}
