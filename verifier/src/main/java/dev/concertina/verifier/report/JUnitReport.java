package dev.concertina.verifier.report;

import dev.concertina.verifier.verdict.CheckResult;
import dev.concertina.verifier.verdict.Report;
import dev.concertina.verifier.verdict.Verdict;

/**
 * A report as build servers read it: a check is a test case, FAIL a failure, UNKNOWN an error,
 * because a build must not go green over what nobody saw. Pure.
 */
final class JUnitReport {
    private JUnitReport() {}

    static String render(Report report) {
        var cases = new StringBuilder();
        report.checks().forEach(check -> testCase(cases, check));
        return """
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuite name="concertina verify" tests="%d" failures="%d" errors="%d" timestamp="%s">
          <properties><property name="seed" value="%d"/></properties>
        %s</testsuite>
        """
                .formatted(
                        report.checks().size(),
                        count(report, Verdict.FAIL),
                        count(report, Verdict.UNKNOWN),
                        report.startedAt(),
                        report.seed(),
                        cases);
    }

    private static void testCase(StringBuilder out, CheckResult check) {
        out.append("  <testcase classname=\"concertina\" name=\"");
        out.append(Markup.escaped(check.name())).append("\">\n");
        switch (check.verdict()) {
            case PASS -> {}
            case FAIL -> problem(out, "failure", check);
            case UNKNOWN -> problem(out, "error", check);
        }
        out.append("    <system-out>").append(Markup.escaped(check.observed().toString()));
        out.append("</system-out>\n  </testcase>\n");
    }

    private static void problem(StringBuilder out, String element, CheckResult check) {
        out.append("    <").append(element).append(" message=\"");
        out.append(Markup.escaped(check.summary())).append("\">");
        out.append(Markup.escaped(String.join("\n", check.evidence())));
        out.append("</").append(element).append(">\n");
    }

    private static long count(Report report, Verdict verdict) {
        return report.checks().stream().filter(c -> c.verdict() == verdict).count();
    }
}
