package dev.concertina.fleet.control;

import dev.concertina.fleet.control.rollout.Member;
import dev.concertina.fleet.control.rollout.Member.Standing;
import dev.concertina.fleet.control.supervise.Slot;
import java.util.List;

/** Slots in the words of a rollout. */
final class Members {
    private Members() {}

    static List<Member> of(FleetState state) {
        return state.slots().stream().map(Members::of).toList();
    }

    private static Member of(Slot slot) {
        return new Member(
                slot.instance(),
                slot.number(),
                slot.occupant().generation(),
                slot.release(),
                standing(slot),
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
