package dev.concertina.starter.job;

import dev.concertina.starter.instance.BadSetting;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Under which names jobs with a payload are kept. */
final class JobNames {
    /** Before the names of recurring jobs, so that no payload has the same. */
    static final String RECURRING = "@";

    private static final Pattern FORM = Pattern.compile("[a-z][a-z0-9._-]{0,63}");
    private static final Pattern WORD =
            Pattern.compile("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])");

    private JobNames() {}

    /**
     * @throws BadSetting naming the class, if its name cannot be one
     */
    static String of(Class<?> payload) {
        var named = payload.getAnnotation(JobType.class);
        var name = named == null ? dashed(payload) : named.value();
        check(name, payload.getName());
        return name;
    }

    /** The name first, then former ones. */
    static List<String> all(Class<?> payload) {
        var names = new ArrayList<String>();
        names.add(of(payload));
        var named = payload.getAnnotation(JobType.class);
        if (named != null) {
            for (var former : named.formerly()) {
                check(former, payload.getName());
                names.add(former);
            }
        }
        return names;
    }

    static String dashed(Class<?> type) {
        return dashed(type.getSimpleName());
    }

    static String dashed(String name) {
        return WORD.matcher(name).replaceAll("-").toLowerCase(Locale.ROOT);
    }

    static void check(String name, String where) {
        if (!FORM.matcher(name).matches()) {
            throw new BadSetting(
                    "The jobs of " + where + " would be kept under the name '" + name + "'.",
                    "Give it 1 to 64 of a-z, 0-9, '.', '_' and '-', beginning with a letter:"
                            + " @JobType(\"stamp-pdf\"), or @RecurringJob(name = \"nightly\").");
        }
    }
}
