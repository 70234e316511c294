package dev.concertina.cli;

import java.util.ArrayList;
import java.util.List;

/** Columns of text under a heading, each as wide as its widest cell; numbers stand to the right. */
final class Table {
    private final List<List<String>> rows = new ArrayList<>();
    private final List<String> heading;

    Table(String... heading) {
        this.heading = List.of(heading);
    }

    void row(Object... cells) {
        var row = new ArrayList<String>();
        for (Object cell : cells) {
            row.add(cell.toString());
        }
        rows.add(row);
    }

    String render() {
        var all = new ArrayList<List<String>>();
        all.add(heading);
        all.addAll(rows);
        var out = new StringBuilder();
        for (List<String> row : all) {
            var line = new StringBuilder();
            for (int i = 0; i < heading.size(); i++) {
                line.append(i == 0 ? "" : "  ").append(cell(row.get(i), width(i), numeric(i)));
            }
            out.append(line.toString().stripTrailing()).append('\n');
        }
        return out.toString();
    }

    private int width(int column) {
        int width = heading.get(column).length();
        for (List<String> row : rows) {
            width = Math.max(width, row.get(column).length());
        }
        return width;
    }

    private boolean numeric(int column) {
        return !rows.isEmpty() && rows.stream().allMatch(r -> r.get(column).matches("\\d+|-"));
    }

    private static String cell(String text, int width, boolean right) {
        var blanks = " ".repeat(width - text.length());
        return right ? blanks + text : text + blanks;
    }
}
