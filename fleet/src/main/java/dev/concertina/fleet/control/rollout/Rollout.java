package dev.concertina.fleet.control.rollout;

import java.util.List;
import java.util.Optional;

/** A release on its way to serve. Each strategy decides from the members alone, at every step. */
public sealed interface Rollout permits Rolling {
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

    /** Why a rollout went back, and whose log shows it. */
    record Setback(String release, String reason, String instance) {}
}
