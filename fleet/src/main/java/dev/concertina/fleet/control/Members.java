package dev.concertina.fleet.control;

import dev.concertina.fleet.control.rollout.Member;
import dev.concertina.fleet.control.rollout.Member.Standing;
import dev.concertina.fleet.control.supervise.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Slots in the words of a rollout. */
final class Members {
    private Members() {}

    /**
     * @param watch how long an instance on trial must have been ready to count as such
     */
    static List<Member> of(FleetState state, Duration watch, Instant now) {
        Instant readyBy = now.minus(watch);
        var members = new ArrayList<Member>(state.slots().size());
        for (Slot slot : state.slots()) {
            members.add(of(slot, proving(state, slot, readyBy)));
        }
        return members;
    }

    /** Nobody is held back for a first release: there is no old one to keep meanwhile. */
    private static boolean proving(FleetState state, Slot slot, Instant readyBy) {
        return slot instanceof Slot.Ready ready
                && ready.since().isAfter(readyBy)
                && state.rollout()
                        .filter(r -> !r.from().isEmpty() && r.provesEach())
                        .filter(r -> r.onTrial(slot.instance(), slot.release()))
                        .isPresent();
    }

    private static Member of(Slot slot, boolean proving) {
        return new Member(
                slot.instance(),
                slot.number(),
                slot.occupant().generation(),
                slot.release(),
                proving ? Standing.PROVING : standing(slot),
                slot instanceof Slot.Failed f ? f.reason() : "");
    }

    private static Standing standing(Slot slot) {
        return switch (slot) {
            case Slot.Ready _ -> Standing.READY;
            case Slot.Starting _, Slot.Unready _ -> Standing.NOT_READY;
            case Slot.Waiting _ -> Standing.WAITING;
            case Slot.Failed _ -> Standing.FAILED;
            case Slot.Draining _ -> Standing.LEAVING;
            case Slot.Stopping s ->
                    s.then() == Slot.Then.VANISH ? Standing.LEAVING : Standing.NOT_READY;
        };
    }
}
