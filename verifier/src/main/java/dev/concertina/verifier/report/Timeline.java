package dev.concertina.verifier.report;

import dev.concertina.verifier.history.FaultWindow;
import dev.concertina.verifier.history.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A check's requests over time as inline SVG: a point each, as high as its latency on a logarithmic
 * scale, failures in red on top; the time of a fault is shaded. Pure.
 */
final class Timeline {
    private static final double WIDTH = 1000;
    private static final double HEIGHT = 220;
    private static final double LEFT = 56;
    private static final double BOTTOM = 24;
    private static final double TOP = 18;
    private static final double FLOOR_MILLIS = 0.1;

    /** Beyond this many, points of requests that passed are thinned; failures are all drawn. */
    private static final int POINTS_MAX = 4_000;

    private final long from;
    private final double span;
    private final double decades;
    private final StringBuilder out = new StringBuilder();

    private Timeline(List<Operation> operations) {
        from = operations.stream().mapToLong(Operation::intended).min().orElse(0);
        long until = operations.stream().mapToLong(Operation::ended).max().orElse(1);
        span = (double) Math.max(1, until - from);
        double slowest = operations.stream().mapToLong(Operation::latency).max().orElse(1) / 1e6;
        decades = Math.max(2, Math.ceil(Math.log10(Math.max(1, slowest) / FLOOR_MILLIS)));
    }

    static String svg(List<Operation> operations, List<FaultWindow> faults, String check) {
        return new Timeline(operations).drawn(operations, faults, check);
    }

    private String drawn(List<Operation> operations, List<FaultWindow> faults, String check) {
        out.append(
                String.format(
                        Locale.ROOT,
                        "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\">",
                        WIDTH,
                        HEIGHT));
        faults.stream().filter(f -> f.check().equals(check)).forEach(this::fault);
        axes();
        thinned(operations).forEach(this::passed);
        operations.stream().filter(Operation::failed).forEach(this::failed);
        return out.append("</svg>").toString();
    }

    private void fault(FaultWindow fault) {
        double x = Math.max(LEFT, x(fault.from()));
        double width = Math.max(2, Math.min(WIDTH, x(fault.until())) - x);
        out.append(
                String.format(
                        Locale.ROOT,
                        "<rect x=\"%.1f\" y=\"%.0f\" width=\"%.1f\" height=\"%.0f\""
                                + " fill=\"var(--unknown)\" opacity=\".16\"/>"
                                + "<text x=\"%.1f\" y=\"12\">%s</text>",
                        x,
                        TOP,
                        width,
                        HEIGHT - TOP - BOTTOM,
                        x,
                        Markup.escaped(fault.name())));
    }

    private void axes() {
        for (int d = 0; d <= decades; d++) {
            double millis = FLOOR_MILLIS * Math.pow(10, d);
            double y = y(millis);
            out.append(
                    String.format(
                            Locale.ROOT,
                            "<line x1=\"%.0f\" x2=\"%.0f\" y1=\"%.1f\" y2=\"%.1f\""
                                    + " stroke=\"var(--line)\"/>"
                                    + "<text x=\"%.0f\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
                            LEFT,
                            WIDTH,
                            y,
                            y,
                            LEFT - 6,
                            y + 4,
                            label(millis)));
        }
        double seconds = span / 1e9;
        double step = step(seconds / 10);
        for (int i = 0; i * step <= seconds; i++) {
            out.append(
                    String.format(
                            Locale.ROOT,
                            "<text x=\"%.1f\" y=\"%.0f\" text-anchor=\"middle\">%s s</text>",
                            x((long) (from + i * step * 1e9)),
                            HEIGHT - 6,
                            plain(i * step)));
        }
    }

    /** The next of 0.1, 0.2, 0.5, 1, 2, 5, 10 and so on. */
    private static double step(double least) {
        double decade = Math.pow(10, Math.floor(Math.log10(Math.max(0.1, least))));
        return decade
                * (least <= decade ? 1 : least <= 2 * decade ? 2 : least <= 5 * decade ? 5 : 10);
    }

    private static String label(double millis) {
        return millis >= 1000
                ? String.format(Locale.ROOT, "%.0f s", millis / 1000)
                : String.format(Locale.ROOT, "%s ms", plain(millis));
    }

    private static String plain(double number) {
        boolean whole = Math.abs(number - Math.rint(number)) < 1e-9;
        return String.format(Locale.ROOT, whole ? "%.0f" : "%.1f", number);
    }

    private static List<Operation> thinned(List<Operation> operations) {
        var passed = operations.stream().filter(o -> !o.failed()).toList();
        int every = Math.max(1, (passed.size() + POINTS_MAX - 1) / POINTS_MAX);
        var kept = new ArrayList<Operation>();
        for (int i = 0; i < passed.size(); i += every) {
            kept.add(passed.get(i));
        }
        return kept;
    }

    private void passed(Operation o) {
        out.append(
                String.format(
                        Locale.ROOT,
                        "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2\" fill=\"var(--bar)\""
                                + " opacity=\".55\"/>",
                        x(o.intended()),
                        y(o.latency() / 1e6)));
    }

    private void failed(Operation o) {
        out.append(
                String.format(
                        Locale.ROOT,
                        "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"var(--fail)\">"
                                + "<title>%s</title></circle>",
                        x(o.intended()),
                        y(o.latency() / 1e6),
                        HtmlReport.title(o)));
    }

    private double x(long nanos) {
        return LEFT + (double) (nanos - from) / span * (WIDTH - LEFT - 10);
    }

    private double y(double millis) {
        double share = Math.log10(Math.max(FLOOR_MILLIS, millis) / FLOOR_MILLIS) / decades;
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);
    }
}
