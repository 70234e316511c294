package dev.concertina.fleet.simulate;

import dev.concertina.fleet.simulate.Outcome.Tick;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * An outcome as one SVG that needs nothing else: traffic against capacity above, instances below,
 * seconds over capacity marked in both.
 */
public final class OutcomeChart {
    private static final int WIDTH = 960;
    private static final int HEIGHT = 520;
    private static final int LEFT = 64;
    private static final int RIGHT = WIDTH - 16;
    private static final int COLUMNS_MAX = 2000;

    private final Outcome outcome;
    private final StringBuilder svg = new StringBuilder();

    private OutcomeChart(Outcome outcome) {
        this.outcome = outcome;
    }

    /** A part of the drawing: its vertical extent and the value at its top. */
    private record Panel(int top, int bottom, double most) {
        double y(double value) {
            return bottom - (bottom - top) * value / most;
        }
    }

    public static String of(Outcome outcome) {
        return new OutcomeChart(outcome).draw();
    }

    private String draw() {
        double most =
                outcome.ticks().stream()
                        .mapToDouble(tick -> Math.max(tick.offered(), tick.capacity()))
                        .max()
                        .orElse(1);
        var traffic = new Panel(40, 280, round(most));
        var instances = new Panel(330, 480, round(outcome.max()));
        open();
        misses(traffic.top(), traffic.bottom());
        misses(instances.top(), instances.bottom());
        frame(traffic, "requests/s");
        frame(instances, "instances");
        steps(traffic, Tick::capacity, "capacity");
        steps(traffic, Tick::offered, "offered");
        steps(instances, Tick::serving, "serving");
        steps(instances, Tick::wanted, "wanted");
        legend();
        return svg.append("</svg>\n").toString();
    }

    private void open() {
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\""
                        + " font-family=\"system-ui, sans-serif\" font-size=\"12\">",
                WIDTH, HEIGHT);
        add(
                "<title>%.0f requests over capacity in %d s, %.2f instance-hours</title>",
                outcome.missRequests(), outcome.missSeconds(), outcome.instanceHours());
        add(
                "<style>path{fill:none;stroke-width:1.5}.offered{stroke:#1f6feb}"
                        + ".capacity{stroke:#6e7781;stroke-dasharray:4 3}.wanted{stroke:#1a7f37}"
                        + ".serving{stroke:#6e7781;stroke-dasharray:4 3}.missed{fill:#cf222e;"
                        + "opacity:.25}.axis{stroke:#d0d7de}text{fill:#424a53}</style>");
        add("<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>", WIDTH, HEIGHT);
    }

    /** A run of missed seconds is one bar, at least a pixel wide so that none is overlooked. */
    private void misses(int top, int bottom) {
        List<Tick> ticks = outcome.ticks();
        var from = -1;
        for (var i = 0; i <= ticks.size(); i++) {
            boolean missed = i < ticks.size() && ticks.get(i).missed() > 0;
            if (missed && from < 0) {
                from = i;
            } else if (!missed && from >= 0) {
                add(
                        "<rect class=\"missed\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>",
                        x(from), top, Math.max(1, x(i) - x(from)), bottom - top);
                from = -1;
            }
        }
    }

    private void frame(Panel panel, String title) {
        add("<text x=\"%d\" y=\"%d\">%s</text>", LEFT, panel.top() - 10, title);
        for (var i = 0; i <= 4; i++) {
            double value = panel.most() * i / 4;
            double y = panel.y(value);
            add(
                    "<line class=\"axis\" x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\"/>",
                    LEFT, y, RIGHT, y);
            add(
                    "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
                    LEFT - 6, y + 4, number(value));
        }
        for (var i = 0; i <= 6; i++) {
            long second = Math.round(outcome.ticks().size() * i / 6.0);
            add(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">%s</text>",
                    x(second),
                    panel.bottom() + 16,
                    i == 0 ? "start" : i == 6 ? "end" : "middle",
                    OutcomeText.clock(second));
        }
    }

    /** A long trace is thinned to what a screen can show, keeping each column's largest value. */
    private void steps(Panel panel, ToDoubleFunction<Tick> value, String kind) {
        List<Tick> ticks = outcome.ticks();
        int stride = Math.max(1, (ticks.size() + COLUMNS_MAX - 1) / COLUMNS_MAX);
        var path = new StringBuilder();
        var last = Double.NaN;
        for (var i = 0; i < ticks.size(); i += stride) {
            double y =
                    panel.y(
                            ticks.subList(i, Math.min(i + stride, ticks.size())).stream()
                                    .mapToDouble(value)
                                    .max()
                                    .orElse(0));
            if (y != last) {
                path.append(
                        i == 0 ? format("M%d %.1f ", LEFT, y) : format("H%.1f V%.1f ", x(i), y));
                last = y;
            }
        }
        path.append(format("H%d", RIGHT));
        add("<path class=\"%s\" d=\"%s\"/>", kind, path);
    }

    private void legend() {
        var x = LEFT;
        for (String kind : List.of("offered", "capacity", "wanted", "serving")) {
            add("<path class=\"%s\" d=\"M%d 508 h24\"/>", kind, x);
            add("<text x=\"%d\" y=\"512\">%s</text>", x + 30, kind);
            x += 110;
        }
        add("<rect class=\"missed\" x=\"%d\" y=\"500\" width=\"24\" height=\"14\"/>", x);
        add("<text x=\"%d\" y=\"512\">over capacity</text>", x + 30);
    }

    private double x(long second) {
        return LEFT + (double) (RIGHT - LEFT) * second / Math.max(1, outcome.ticks().size());
    }

    /** The next number whose quarters read well. */
    private static double round(double most) {
        double quarter = Math.max(1, most) / 4;
        double unit = Math.max(0.25, Math.pow(10, Math.floor(Math.log10(quarter))));
        return 4 * unit * Math.ceil(quarter / unit);
    }

    private static String number(double value) {
        return value == Math.rint(value) ? format("%.0f", value) : format("%.2f", value);
    }

    private void add(String format, Object... values) {
        svg.append(format(format, values)).append('\n');
    }

    @SuppressWarnings("AnnotateFormatMethod") // The annotation would be a dependency.
    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
