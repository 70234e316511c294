package dev.concertina.starter.limit;

import java.time.Duration;
import java.util.Optional;

/**
 * When limits tighten, by how much and for how long. Pure: time is an argument. It ends by itself
 * after a while, because limits that are tight refuse more and would keep themselves so; pressure
 * that is back within the same while tightens further and lasts twice as long.
 *
 * @param permille what is left of rate and burst when it last tightened
 * @param hold for how long
 * @param untilNanos its end
 */
record StrictMode(int permille, Duration hold, long untilNanos) {
    static StrictMode off(long now) {
        return new StrictMode(Pace.NORMAL, Duration.ZERO, now);
    }

    boolean on(long now) {
        return permille < Pace.NORMAL && untilNanos - now > 0;
    }

    /**
     * The mode after a window.
     *
     * @param reason there is pressure
     * @param load the pressure is not refusals alone
     */
    StrictMode after(
            LimitSettings.Strict settings, Optional<String> reason, boolean load, long now) {
        if (reason.isEmpty()) {
            return this;
        }
        if (on(now)) {
            return load ? new StrictMode(permille, hold, now + hold.toNanos()) : this;
        }
        boolean again = permille < Pace.NORMAL && now - untilNanos < hold.toNanos();
        int factor = (int) Math.round(settings.factor() * Pace.NORMAL);
        int floor = (int) Math.round(settings.floor() * Pace.NORMAL);
        int next = again ? Math.max(floor, permille * factor / Pace.NORMAL) : factor;
        var longer = again ? hold.multipliedBy(2) : settings.hold();
        var most = longer.compareTo(settings.holdMax()) > 0 ? settings.holdMax() : longer;
        return new StrictMode(next, most, now + most.toNanos());
    }
}
