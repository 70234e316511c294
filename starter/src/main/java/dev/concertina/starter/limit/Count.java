package dev.concertina.starter.limit;

import java.util.ArrayList;
import java.util.List;

/** What became of one request's counting: all its limits passed, or none was counted in. */
record Count(boolean passed, List<Standing> standings) {
    static final Count NONE = new Count(true, List.of());

    /** Both together, where servers counted apart. */
    Count and(Count other) {
        var all = new ArrayList<>(standings);
        all.addAll(other.standings);
        return new Count(passed && other.passed, all);
    }

    List<Standing> refusing() {
        return passed
                ? List.of()
                : standings.stream().filter(standing -> standing.waitFor() > 0).toList();
    }

    /** Microseconds until every refusing limit lets it pass. */
    long waitFor() {
        return refusing().stream().mapToLong(Standing::waitFor).max().orElse(0);
    }
}
