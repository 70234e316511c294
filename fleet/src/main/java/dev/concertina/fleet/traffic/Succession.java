package dev.concertina.fleet.traffic;

import dev.concertina.contract.GatewayPhase;
import java.util.List;
import java.util.Optional;

/**
 * The gateway's processes, oldest first, and what has to happen next so that one of them accepts
 * and the others leave. Pure: who died is not among them, and whatever the last step was, the next
 * one follows from what is there.
 */
record Succession(List<Member> members) {

    Succession {
        members = List.copyOf(members);
    }

    /**
     * @param informed whether it obeys the newest table
     */
    record Member(long pid, GatewayPhase phase, boolean informed) {}

    sealed interface Step {}

    /** Nobody accepts, and nobody could: a process has to be started afresh. */
    record Launch() implements Step {}

    /** It must know the newest table before it may accept. */
    record Inform(long pid) implements Step {}

    record Accept(long pid) implements Step {}

    /** Its successor accepts. */
    record Retire(long pid) implements Step {}

    /** Nobody wants this successor any more. */
    record Dismiss(long pid) implements Step {}

    /** This one accepts, and nobody else does or is about to. */
    record Settled(long pid) implements Step {}

    /**
     * @param upgrading whether the successor that stands by is wanted. Not so in a fleet process
     *     that finds it: it may not know the newest table. Where nobody accepts it is wanted
     *     anyhow.
     */
    Step next(boolean upgrading) {
        List<Member> accepting = all(GatewayPhase.ACCEPTING);
        Optional<Member> heir =
                all(GatewayPhase.STANDBY).stream().reduce((_, youngest) -> youngest);
        if (heir.isPresent() && (upgrading || accepting.isEmpty())) {
            return heir.get().informed()
                    ? new Accept(heir.get().pid())
                    : new Inform(heir.get().pid());
        }
        if (heir.isPresent()) {
            return new Dismiss(heir.get().pid());
        }
        return switch (accepting.size()) {
            case 0 -> new Launch();
            case 1 -> new Settled(accepting.getFirst().pid());
            default -> new Retire(accepting.getFirst().pid());
        };
    }

    private List<Member> all(GatewayPhase phase) {
        return members.stream().filter(member -> member.phase() == phase).toList();
    }
}
