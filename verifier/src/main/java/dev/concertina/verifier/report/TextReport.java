package dev.concertina.verifier.report;

import dev.concertina.verifier.verdict.CheckResult;
import dev.concertina.verifier.verdict.Report;
import dev.concertina.verifier.verdict.Verdict;
import java.util.Locale;

/** A report for a terminal: the verdict of each check with its evidence, the whole's last. Pure. */
public final class TextReport {
    private static final int NAME_WIDTH = 22;

    private TextReport() {}

    /**
     * @param colour with ANSI escapes
     */
    public static String render(Report report, boolean colour) {
        var text = new StringBuilder();
        text.append("\nVerification of ").append(report.application());
        text.append(", seed ").append(report.seed()).append("\n\n");
        for (var check : report.checks()) {
            check(text, check, colour);
        }
        text.append('\n').append("Verdict: ").append(painted(report.verdict(), colour));
        text.append("  (").append(report.history().operations().size());
        text.append(" requests recorded)\n");
        return text.toString();
    }

    private static void check(StringBuilder text, CheckResult check, boolean colour) {
        var verdict = String.format(Locale.ROOT, "%-7s", check.verdict());
        text.append("  ").append(painted(check.verdict(), verdict, colour)).append("  ");
        text.append(String.format(Locale.ROOT, "%-" + NAME_WIDTH + "s", check.name()));
        text.append(check.summary()).append('\n');
        if (check.verdict() != Verdict.PASS) {
            check.evidence().forEach(e -> text.append(indented(e)));
        }
    }

    private static String indented(String evidence) {
        return evidence.lines().map(line -> "           " + line + "\n").reduce("", String::concat);
    }

    private static String painted(Verdict verdict, boolean colour) {
        return painted(verdict, verdict.name(), colour);
    }

    private static String painted(Verdict verdict, String text, boolean colour) {
        if (!colour) {
            return text;
        }
        int code =
                switch (verdict) {
                    case PASS -> 32;
                    case UNKNOWN -> 33;
                    case FAIL -> 31;
                };
        return "\u001b[1;" + code + "m" + text + "\u001b[0m";
    }
}
