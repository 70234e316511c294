package dev.concertina.fleet.control.rollout;

import java.util.List;
import java.util.Optional;

/** A release on its way to serve. Each strategy decides from the members alone, at every step. */
public sealed interface Rollout permits Rolling, Staged {
    int number();

    /** The release that served before; empty at the first start. */
    String from();

    /** The release that is to serve. */
    String to();

    /** Why it is going back; empty on the way forward. */
    Optional<Setback> setback();

    /** The instance runs a release, or a replacement, that has not proven itself yet. */
    boolean onTrial(String instance, String release);

    Plan plan(List<Member> members, int wanted, int surge);

    /** The way back after a failure. */
    Rollout reversed(Setback setback);

    /** How requests are divided; empty: every instance is like the others. */
    default Optional<Traffic> traffic() {
        return Optional.empty();
    }

    /** Whether a new instance is observed for itself before an old one is let go for it. */
    default boolean provesEach() {
        return true;
    }

    /** Instances that may exist beyond the wanted number now. */
    default int extra(int wanted, int surge) {
        return surge;
    }

    /** Without what is measured anew by the next fleet process. */
    default Rollout durable() {
        return this;
    }

    /**
     * Why a rollout went back, and whose log shows it.
     *
     * @param instance empty where it was no single one
     */
    record Setback(String release, String reason, String instance) {}
}
