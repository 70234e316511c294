package dev.concertina.verifier.check;

import dev.concertina.verifier.history.Operation;
import dev.concertina.verifier.history.Tally;
import dev.concertina.verifier.http.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Operations as lines of evidence. Pure. */
final class Facts {
    private static final int SHOWN_MAX = 12;

    private Facts() {}

    /** What failed, the first of each class first, each with the command that asks again. */
    static List<String> failures(List<Operation> operations, Origin origin) {
        var failed = operations.stream().filter(Operation::failed).toList();
        var lines = new ArrayList<String>();
        for (var name : Tally.failuresByClass(failed).keySet()) {
            failed.stream()
                    .filter(o -> Tally.failureClass(o).equals(name))
                    .limit(Math.max(2, SHOWN_MAX / Tally.failuresByClass(failed).size()))
                    .forEach(o -> lines.add(line(o, origin)));
        }
        if (failed.size() > lines.size()) {
            lines.add((failed.size() - lines.size()) + " more in history.ndjson.gz");
        }
        return lines;
    }

    static String line(Operation o, Origin origin) {
        var line = new StringBuilder();
        line.append(String.format(Locale.ROOT, "+%.3f s ", o.started() / 1e9));
        line.append(o.method()).append(' ').append(o.path());
        line.append(" → ").append(Tally.failureClass(o));
        if (!o.instance().isEmpty()) {
            line.append(" by ").append(o.instance());
        }
        line.append(String.format(Locale.ROOT, " after %.1f ms", o.latency() / 1e6));
        if (!o.detail().isEmpty()) {
            line.append(" (").append(o.detail()).append(')');
        }
        if (o.effectUnknown()) {
            line.append("; whether it took effect is unknown");
        }
        if (o.method().equals("GET")) {
            line.append("; again: curl -i '").append(origin.url(o.path())).append('\'');
        }
        return line.toString();
    }
}
