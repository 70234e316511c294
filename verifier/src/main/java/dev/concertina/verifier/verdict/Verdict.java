package dev.concertina.verifier.verdict;

import java.util.Collection;

/** Three-valued, because "nothing was seen" is not "nothing is wrong". */
public enum Verdict {
    PASS,
    /** Not observed, not testable, or the check itself broke. */
    UNKNOWN,
    FAIL;

    /** FAIL beats UNKNOWN beats PASS; of nothing at all, UNKNOWN. */
    public static Verdict worst(Collection<Verdict> verdicts) {
        return verdicts.stream().max(Enum::compareTo).orElse(UNKNOWN);
    }
}
