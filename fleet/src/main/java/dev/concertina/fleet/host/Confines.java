package dev.concertina.fleet.host;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a process may have of the machine. A shell sets it and is then replaced by the program, so
 * the pid is the program's own. What the system does not grant ends the start; the shell's message
 * is in the log then.
 *
 * @param files open at one moment (RLIMIT_NOFILE)
 * @param memory bytes of private memory it may write to (RLIMIT_DATA; Linux counts mappings too)
 * @param yields to every other process: lowest priority, and the first to go when memory is short
 */
public record Confines(OptionalInt files, OptionalLong memory, boolean yields) {
    private static final String SHELL = "/bin/sh";

    public static Confines none() {
        return new Confines(OptionalInt.empty(), OptionalLong.empty(), false);
    }

    public static Confines yielding() {
        return new Confines(OptionalInt.empty(), OptionalLong.empty(), true);
    }

    /** The words before the program's own. */
    List<String> prefix() {
        var script = new ArrayList<String>();
        files.ifPresent(n -> script.add("ulimit -n " + n + " || exit 126"));
        memory.ifPresent(bytes -> script.add("ulimit -d " + bytes / 1024 + " || exit 126"));
        if (yields) {
            script.add("{ echo 1000 >/proc/self/oom_score_adj; } 2>/dev/null || :");
            script.add("! command -v nice >/dev/null || exec nice -n 19 \"$@\"");
        }
        if (script.isEmpty()) {
            return List.of();
        }
        script.add("exec \"$@\"");
        return List.of(SHELL, "-c", String.join("; ", script), "sh");
    }
}
