package dev.concertina.verifier.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.verifier.history.FaultWindow;
import dev.concertina.verifier.history.History;
import dev.concertina.verifier.history.Operation;
import dev.concertina.verifier.history.Outcome;
import dev.concertina.verifier.verdict.CheckResult;
import dev.concertina.verifier.verdict.Report;
import dev.concertina.verifier.verdict.Verdict;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class ReportsTest {
    private static final String HOSTILE = "<script>alert('x')</script>&\"\u0000";

    @TempDir Path directory;

    @Test
    void theJsonHasExactlyThePromisedNamesOnOneLine() {
        var json = ReportWriter.json(report());
        assertThat(json).doesNotContain("\n");
        var tree = JsonMapper.builder().build().readTree(json);
        assertThat(tree.propertyNames()).containsExactly("verdict", "seed", "startedAt", "checks");
        assertThat(tree.get("verdict").asString()).isEqualTo("FAIL");
        assertThat(tree.get("seed").asLong()).isEqualTo(42);
        assertThat(tree.get("startedAt").asString()).isEqualTo("2026-01-02T03:04:05Z");
        assertThat(tree.get("checks")).hasSize(3);
        for (var check : tree.get("checks")) {
            assertThat(check.propertyNames())
                    .containsExactly("name", "verdict", "summary", "observed", "evidence");
        }
        assertThat(tree.get("checks").get(0).get("observed").get("requests").asInt()).isEqualTo(2);
    }

    @Test
    void thePageEscapesWhatTheApplicationSaid() {
        var html = HtmlReport.render(report());
        assertThat(html).doesNotContain("<script").contains("&lt;script&gt;alert(&#39;x&#39;)");
    }

    @Test
    void thePageNeedsNoOtherHostAndNoScript() {
        assertThat(HtmlReport.render(report()))
                .doesNotContainPattern("(?i)(src|href)\\s*=\\s*[\"'](?!#)")
                .doesNotContainPattern("(?i)url\\(|@import|<link|<script|<iframe");
    }

    @Test
    void thePageShowsFaultsFailuresAndThresholds() {
        assertThat(HtmlReport.render(report()))
                .contains("kill -9 app-1")
                .contains("GET /a by app-1: reset in the body")
                .contains("Share least allowed");
    }

    @Test
    void theJUnitFileCountsAFailureAndAnErrorAndIsXml() throws Exception {
        var xml = JUnitReport.render(report());
        var suite =
                DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)))
                        .getDocumentElement();
        assertThat(suite.getAttribute("tests")).isEqualTo("3");
        assertThat(suite.getAttribute("failures")).isEqualTo("1");
        assertThat(suite.getAttribute("errors")).isEqualTo("1");
        assertThat(suite.getElementsByTagName("failure").getLength()).isEqualTo(1);
        assertThat(suite.getElementsByTagName("error").getLength()).isEqualTo(1);
    }

    @Test
    void theTextNamesEveryCheckAndEndsWithTheVerdict() {
        var text = TextReport.render(report(), false);
        assertThat(text)
                .contains("FAIL     session-persistence")
                .contains("PASS     failover")
                .containsPattern("Verdict: FAIL  \\(2 requests recorded\\)\\n$")
                .doesNotContain("\u001b");
        assertThat(TextReport.render(report(), true)).contains("\u001b[1;31mFAIL");
    }

    @Test
    void writesEveryFileAndTheScriptAsItIs() throws Exception {
        ReportWriter.write(report(), directory);
        var script = directory.resolve("replay-session-persistence.sh");
        assertThat(script).content().isEqualTo("#!/bin/sh\nexit 1\n");
        assertThat(Files.isExecutable(script)).isTrue();
        assertThat(directory.resolve("report.json")).content().endsWith("]}\n");
        assertThat(directory.resolve("report.html")).content().startsWith("<!doctype html>");
        assertThat(directory.resolve("junit.xml")).content().startsWith("<?xml");
        try (var lines =
                new GZIPInputStream(Files.newInputStream(directory.resolve("history.ndjson.gz")))) {
            assertThat(new String(lines.readAllBytes(), StandardCharsets.UTF_8).lines())
                    .hasSize(3)
                    .first()
                    .asString()
                    .contains("\"fault\":\"kill -9 app-1\"");
        }
    }

    @Test
    void aScriptOfAnEarlierRunDoesNotOutliveItsFailure() throws Exception {
        ReportWriter.write(report(), directory);
        var passed = result("session-persistence", Verdict.PASS, List.of());
        ReportWriter.write(
                Report.of(1, Instant.EPOCH, List.of(passed), "app", new History()), directory);
        assertThat(directory.resolve("replay-session-persistence.sh")).doesNotExist();
    }

    private static Report report() {
        var history = new History();
        history.append(operation(0, Outcome.OK));
        history.append(operation(3_000_000, Outcome.RESET_IN_BODY));
        history.append(new FaultWindow("session-persistence", "kill -9 app-1", 1_000, 9_000_000));
        var checks =
                List.of(
                        result(
                                "session-persistence",
                                Verdict.FAIL,
                                List.of("body was " + HOSTILE, "#!/bin/sh\nexit 1\n")),
                        result("failover", Verdict.PASS, List.of()),
                        result("rolling-deploy", Verdict.UNKNOWN, List.of()));
        return Report.of(42, Instant.parse("2026-01-02T03:04:05Z"), checks, HOSTILE, history);
    }

    private static CheckResult result(String name, Verdict verdict, List<String> evidence) {
        var observed = new LinkedHashMap<String, Object>();
        observed.put("requests", 2);
        observed.put("shareLeastAllowed", 0.5);
        observed.put("requestsByInstance", Map.of(HOSTILE, 2));
        return new CheckResult(name, verdict, "said " + HOSTILE, observed, evidence);
    }

    private static Operation operation(long at, Outcome outcome) {
        return new Operation(
                "session-persistence",
                1,
                "GET",
                "/a",
                at,
                at,
                at + 2_000_000,
                "app-1",
                200,
                outcome,
                "");
    }
}
