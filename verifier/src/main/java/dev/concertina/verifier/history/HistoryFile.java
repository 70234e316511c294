package dev.concertina.verifier.history;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import tools.jackson.databind.json.JsonMapper;

/** A history as gzipped NDJSON: one line per operation or fault, times in microseconds. */
public final class HistoryFile {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private HistoryFile() {}

    public static void write(History history, Path file) throws IOException {
        try (var writer =
                new OutputStreamWriter(
                        new GZIPOutputStream(Files.newOutputStream(file)),
                        StandardCharsets.UTF_8)) {
            for (var fault : history.faults()) {
                line(writer, fields(fault));
            }
            for (var operation : history.operations()) {
                line(writer, fields(operation));
            }
        }
    }

    private static void line(Writer writer, Map<String, Object> fields) throws IOException {
        writer.write(JSON.writeValueAsString(fields));
        writer.write('\n');
    }

    private static Map<String, Object> fields(FaultWindow fault) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("fault", fault.name());
        fields.put("check", fault.check());
        fields.put("fromUs", fault.from() / 1000);
        fields.put("untilUs", fault.until() / 1000);
        return fields;
    }

    private static Map<String, Object> fields(Operation operation) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("check", operation.check());
        fields.put("user", operation.user());
        fields.put("method", operation.method());
        fields.put("path", operation.path());
        fields.put("intendedUs", operation.intended() / 1000);
        fields.put("startedUs", operation.started() / 1000);
        fields.put("endedUs", operation.ended() / 1000);
        fields.put("instance", operation.instance());
        fields.put("status", operation.status());
        fields.put("outcome", operation.outcome().words());
        if (operation.effectUnknown()) {
            fields.put("effectUnknown", true);
        }
        if (!operation.detail().isEmpty()) {
            fields.put("detail", operation.detail());
        }
        return fields;
    }
}
