package dev.concertina.verifier.report;

import dev.concertina.verifier.history.HistoryFile;
import dev.concertina.verifier.verdict.CheckResult;
import dev.concertina.verifier.verdict.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** A report as files: for programs, for people, for build servers, and for doing it again. */
public final class ReportWriter {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private ReportWriter() {}

    /**
     * Writes {@code report.json}, {@code report.html}, {@code junit.xml}, {@code history.ndjson.gz}
     * and a {@code replay-CHECK.sh} for each check that has one, over those of an earlier run.
     *
     * @throws IOException naming the file that could not be written
     */
    public static void write(Report report, Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("report.json"), json(report) + "\n");
        Files.writeString(directory.resolve("report.html"), HtmlReport.render(report));
        Files.writeString(directory.resolve("junit.xml"), JUnitReport.render(report));
        HistoryFile.write(report.history(), directory.resolve("history.ndjson.gz"));
        for (var check : report.checks()) {
            Path file = directory.resolve("replay-" + check.name() + ".sh");
            Files.deleteIfExists(file);
            for (var script : scripts(check)) {
                Files.writeString(file, script);
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
    }

    /** One line with exactly the properties that {@code verify --json} promises. */
    public static String json(Report report) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("verdict", report.verdict().name());
        fields.put("seed", report.seed());
        fields.put("startedAt", report.startedAt().toString());
        fields.put("checks", report.checks().stream().map(ReportWriter::fields).toList());
        return JSON.writeValueAsString(fields);
    }

    private static Map<String, Object> fields(CheckResult check) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("name", check.name());
        fields.put("verdict", check.verdict().name());
        fields.put("summary", check.summary());
        fields.put("observed", check.observed());
        fields.put("evidence", check.evidence());
        return fields;
    }

    private static List<String> scripts(CheckResult check) {
        return check.evidence().stream().filter(e -> e.startsWith("#!/bin/sh")).limit(1).toList();
    }
}
