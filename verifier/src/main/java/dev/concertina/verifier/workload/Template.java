package dev.concertina.verifier.workload;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Text in which <code>${name}</code> stands for a value. */
final class Template {
    static final Pattern PLACE = Pattern.compile("\\$\\{([A-Za-z0-9_.-]+)}");

    private final Map<String, String> values;

    Template(Map<String, String> values) {
        this.values = values;
    }

    /**
     * @throws IllegalStateException if a value is asked for that no earlier step captured
     */
    String fill(String text) {
        return PLACE.matcher(text)
                .replaceAll(place -> Matcher.quoteReplacement(value(place.group(1), text)));
    }

    private String value(String name, String text) {
        return Optional.ofNullable(values.get(name))
                .orElseThrow(() ->
                        new IllegalStateException(
                                "'"
                                        + text
                                        + "' needs ${"
                                        + name
                                        + "}, which no step before it captured. Add"
                                        + " capture: { "
                                        + name
                                        + ": '…(…)…' } to the step that shows it."));
    }
}
