package dev.concertina.fleet.control.rollout;

/**
 * What the judge remembers of a rollout. Measured anew by the next fleet process, so it is not
 * written down.
 *
 * @param old all that the old release answered meanwhile
 * @param fresh what the new release answered beside it
 * @param alone what the new release answered while the old one got nothing
 * @param errors bets against "a request of the new release fails no more often"
 * @param slowness bets against "the new release is no slower"
 * @param openOld what of the old release has not been compared yet
 * @param openFresh what of the new release has not been compared yet
 * @param windows comparisons of latency made
 * @param slower of these, the ones the new release lost
 */
public record Evidence(
        Count old,
        Count fresh,
        Count alone,
        Bets errors,
        Bets slowness,
        Count openOld,
        Count openFresh,
        int windows,
        int slower) {

    public static Evidence none() {
        return new Evidence(
                Count.NOTHING,
                Count.NOTHING,
                Count.NOTHING,
                Bets.on(Judge.ODDS.length),
                Bets.on(Judge.CHANCES.length),
                Count.NOTHING,
                Count.NOTHING,
                0,
                0);
    }

    /** All of the new release. */
    Count total() {
        return fresh.plus(alone);
    }
}
