package dev.concertina.gateway.observe;

/** Prometheus' text format, version 0.0.4. */
final class Exposition {
    static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final StringBuilder text = new StringBuilder();

    /**
     * Begins a metric.
     *
     * @param type counter, gauge or histogram
     */
    void metric(String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    /**
     * @param labels names and values in turn
     */
    void sample(String name, long value, String... labels) {
        sample(name, Long.toString(value), labels);
    }

    void sample(String name, double value, String... labels) {
        sample(name, number(value), labels);
    }

    private void sample(String name, String value, String[] labels) {
        text.append(name);
        for (int i = 0; i < labels.length; i += 2) {
            text.append(i == 0 ? '{' : ',').append(labels[i]).append("=\"");
            text.append(escaped(labels[i + 1])).append('"');
        }
        if (labels.length > 0) {
            text.append('}');
        }
        text.append(' ').append(value).append('\n');
    }

    void one(String name, String type, String help, long value) {
        metric(name, type, help);
        sample(name, value);
    }

    void one(String name, String type, String help, double value) {
        metric(name, type, help);
        sample(name, value);
    }

    static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
