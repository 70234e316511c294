package dev.concertina.fleet.simulate;

import java.util.ArrayList;
import java.util.List;

/**
 * A line of a file with figures.
 *
 * @param place file and line, for messages
 */
record CsvLine(String place, String text, List<String> fields) {
    CsvLine {
        fields = List.copyOf(fields);
    }

    /** Those that hold figures: a heading, empty lines and lines that begin with # are skipped. */
    static List<CsvLine> of(String name, String csv) {
        var found = new ArrayList<CsvLine>();
        List<String> lines = csv.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            boolean heading =
                    found.isEmpty() && !line.isEmpty() && Character.isLetter(line.charAt(0));
            if (!line.isEmpty() && !line.startsWith("#") && !heading) {
                found.add(new CsvLine(name + ":" + (i + 1), line, List.of(line.split(",", -1))));
            }
        }
        return found;
    }

    /** A field that must be 0 or more. */
    double number(int field, String what) {
        try {
            double number = Double.parseDouble(fields.get(field).strip());
            if (number >= 0 && number < Double.POSITIVE_INFINITY) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // Told below, as a negative one is.
        }
        throw refusal(field, "number of " + what);
    }

    IllegalArgumentException refusal(int field, String what) {
        return new IllegalArgumentException(
                "%s  '%s' is no %s. Give 0 or more, such as %s."
                        .formatted(
                                place,
                                fields.get(field).strip(),
                                what,
                                field < 2 ? "60,120.5" : "60,120.5,3,70"));
    }
}
