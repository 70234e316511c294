package dev.concertina.verifier.report;

import dev.concertina.verifier.history.Operation;
import dev.concertina.verifier.verdict.CheckResult;
import dev.concertina.verifier.verdict.Report;
import dev.concertina.verifier.verdict.Verdict;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;

/** A report as one HTML file that needs nothing else: no script, no font, no other host. Pure. */
final class HtmlReport {
    private static final String STYLE =
            """
            :root{--ink:#1c2430;--soft:#5d6979;--line:#dfe4ea;--paper:#fff;--ground:#f4f6f8;
              --pass:#1a7f4b;--unknown:#9a6700;--fail:#c22f2f;--bar:#4a72b0}
            @media (prefers-color-scheme:dark){:root{--ink:#e6eaf0;--soft:#98a3b3;--line:#333d4b;
              --paper:#1b222c;--ground:#12171e;--pass:#4cc38a;--unknown:#e2b340;--fail:#ff7b72;--bar:#7aa2e3}}
            *{box-sizing:border-box}
            body{margin:0;background:var(--ground);color:var(--ink);
              font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
            main{max-width:1040px;margin:0 auto;padding:32px 20px}
            header{display:flex;gap:20px;align-items:center;margin-bottom:24px}
            h1{font-size:22px;margin:0}h2{font-size:18px;margin:0}h3{font-size:13px;margin:20px 0 6px;
              color:var(--soft);font-weight:600}
            .soft{color:var(--soft)}
            a{color:inherit;font-weight:600;text-decoration-color:var(--soft);text-underline-offset:3px}
            .badge{display:inline-block;min-width:92px;text-align:center;color:var(--paper);border-radius:6px;padding:4px 12px;font-weight:700;letter-spacing:.03em}
            .big{font-size:22px;padding:10px 22px}
            .name{white-space:nowrap}tr:last-child>td{border-bottom:0}
            .PASS{background:var(--pass)}.UNKNOWN{background:var(--unknown)}.FAIL{background:var(--fail)}
            section{background:var(--paper);border:1px solid var(--line);border-radius:10px;
              padding:20px;margin-bottom:18px}
            .head{display:flex;gap:12px;align-items:center}
            table{border-collapse:collapse;width:100%}
            td,th{text-align:left;padding:5px 14px 5px 0;border-bottom:1px solid var(--line);
              vertical-align:top}
            th{font-weight:600;color:var(--soft);font-size:13px}
            td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
            .bar{height:10px;margin-top:6px;border-radius:3px;background:var(--bar);min-width:1px}
            .bar.bad{background:var(--fail)}
            dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(150px,1fr));gap:8px;margin:8px 0}
            dl div{border:1px solid var(--line);border-radius:6px;padding:6px 10px}
            dt{color:var(--soft);font-size:12px}dd{margin:0;font-weight:600;
              font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
            @media print{body{background:none}section{break-inside:avoid}}
            pre{background:var(--ground);border:1px solid var(--line);border-radius:6px;padding:10px;
              overflow-x:auto;font-size:12.5px;margin:6px 0;white-space:pre-wrap;overflow-wrap:anywhere}
            li{overflow-wrap:anywhere}summary{cursor:pointer;color:var(--soft)}
            svg{display:block;width:100%;height:auto}
            svg text{fill:var(--soft);font-size:11px;font-family:inherit}
            """;

    private static final String LATENCY = "latencyMs";

    private HtmlReport() {}

    static String render(Report report) {
        var out = new StringBuilder();
        out.append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">");
        out.append("<meta name=\"viewport\" content=\"width=device-width\">");
        out.append("<title>").append(report.verdict()).append(" · ");
        out.append(Markup.escaped(report.application())).append("</title><style>");
        out.append(STYLE).append("</style></head><body><main>");
        header(out, report);
        overview(out, report);
        report.checks().forEach(check -> section(out, report, check));
        return out.append("</main></body></html>\n").toString();
    }

    private static void header(StringBuilder out, Report report) {
        out.append("<header>").append(badge(report.verdict(), "big")).append("<div><h1>");
        out.append(Markup.escaped(report.application())).append("</h1><div class=\"soft\">");
        out.append("started ")
                .append(report.startedAt().truncatedTo(ChronoUnit.SECONDS))
                .append(" · seed ")
                .append(report.seed());
        out.append(" · ").append(report.history().operations().size());
        out.append(" requests recorded in history.ndjson.gz</div></div></header>");
    }

    private static void overview(StringBuilder out, Report report) {
        out.append("<section><table>");
        for (var check : report.checks()) {
            out.append("<tr><td>")
                    .append(badge(check.verdict(), ""))
                    .append("</td><td class=\"name\"><a href=\"#");
            out.append(Markup.escaped(check.name())).append("\">");
            out.append(Markup.escaped(check.name())).append("</a></td><td>");
            out.append(Markup.escaped(check.summary())).append("</td></tr>");
        }
        out.append("</table></section>");
    }

    private static void section(StringBuilder out, Report report, CheckResult check) {
        var operations = report.history().of(check.name());
        out.append("<section id=\"").append(Markup.escaped(check.name())).append("\">");
        out.append("<div class=\"head\">").append(badge(check.verdict(), "")).append("<h2>");
        out.append(Markup.escaped(check.name())).append("</h2></div><p>");
        out.append(Markup.escaped(check.summary())).append("</p>");
        if (!operations.isEmpty()) {
            out.append("<h3>Every request: when it began, how long it took; faults shaded</h3>");
            out.append(Timeline.svg(operations, report.history().faults(), check.name()));
        }
        check.observed().forEach((name, value) -> figure(out, name, value));
        plainFigures(out, check);
        evidence(out, check);
        out.append("</section>");
    }

    /** Counts by some key get a table of their own. */
    private static void figure(StringBuilder out, String name, Object value) {
        if (!(value instanceof Map<?, ?> map) || map.isEmpty() || name.equals(LATENCY)) {
            return;
        }
        double largest = map.values().stream().mapToDouble(HtmlReport::number).max().orElse(0);
        var bar = name.startsWith("failures") ? "bar bad" : "bar";
        out.append("<h3>").append(words(name)).append("</h3><table>");
        map.forEach((key, count) -> {
            double share = largest > 0 ? 100 * number(count) / largest : 0;
            out.append("<tr><td style=\"width:30%\">");
            out.append(Markup.escaped(String.valueOf(key)));
            out.append("</td><td class=\"n\" style=\"width:90px\">").append(count);
            out.append("</td><td><div class=\"").append(bar).append("\" style=\"width:");
            out.append(String.format(Locale.ROOT, "%.1f", share));
            out.append("%\"></div></td></tr>");
        });
        out.append("</table>");
    }

    private static double number(Object value) {
        return value instanceof Number n ? n.doubleValue() : 0;
    }

    private static void plainFigures(StringBuilder out, CheckResult check) {
        var plain = new StringBuilder();
        check.observed()
                .forEach((name, value) -> {
                    if (!(value instanceof Map<?, ?> map)) {
                        tile(plain, name, value);
                    } else if (name.equals(LATENCY)) {
                        map.forEach((p, ms) -> tile(plain, "latency " + p, ms + " ms"));
                    }
                });
        if (!plain.isEmpty()) {
            out.append("<h3>Observed, and the thresholds it was held against</h3><dl>");
            out.append(plain).append("</dl>");
        }
    }

    private static void tile(StringBuilder out, String name, Object value) {
        out.append("<div><dt>").append(words(name)).append("</dt><dd>");
        out.append(Markup.escaped(String.valueOf(value))).append("</dd></div>");
    }

    private static void evidence(StringBuilder out, CheckResult check) {
        if (check.evidence().isEmpty()) {
            return;
        }
        out.append("<h3>Evidence</h3><ul>");
        for (var fact : check.evidence()) {
            if (fact.contains("\n")) {
                out.append("<li><details open><summary>A script that shows it again");
                out.append("</summary><pre>").append(Markup.escaped(fact));
                out.append("</pre></details></li>");
            } else {
                out.append("<li>").append(Markup.escaped(fact)).append("</li>");
            }
        }
        out.append("</ul>");
    }

    private static String badge(Verdict verdict, String size) {
        return "<span class=\"badge " + size + " " + verdict + "\">" + verdict + "</span>";
    }

    /** {@code failuresByClass} as "Failures by class". */
    private static String words(String name) {
        var words = name.replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT);
        return Markup.escaped(words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1));
    }

    /** What a point of the timeline says when pointed at. */
    static String title(Operation o) {
        return Markup.escaped(
                String.format(
                        Locale.ROOT,
                        "%s %s by %s: %s, %.1f ms",
                        o.method(),
                        o.path(),
                        o.instance().isEmpty() ? "nobody" : o.instance(),
                        o.failed() ? o.outcome().words() : String.valueOf(o.status()),
                        o.latency() / 1e6));
    }
}
