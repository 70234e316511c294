package dev.concertina.fleet.console;

import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One decision of the fleet, as its journal holds it.
 *
 * @param because what happened before, for people
 * @param decided what followed from it, one sentence each
 * @param did what was done about it, in order
 */
public record Decision(
        long number, Instant at, String because, List<String> decided, List<String> did) {
    public Decision {
        decided = List.copyOf(decided);
        did = List.copyOf(did);
    }

    /** Whether it speaks of this instance, release or part. */
    public boolean concerns(String subject) {
        String word = "(?s)(.*[^A-Za-z0-9._-])?" + Pattern.quote(subject);
        String any = word + "([^A-Za-z0-9_-].*)?";
        return because.matches(any)
                || decided.stream().anyMatch(line -> line.matches(any))
                || did.stream().anyMatch(line -> line.matches(any));
    }
}
