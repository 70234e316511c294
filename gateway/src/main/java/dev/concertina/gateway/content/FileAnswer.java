package dev.concertina.gateway.content;

import java.util.List;
import java.util.Optional;

/**
 * What is answered to a {@link FileRequest}: 200, 206, 304, 308, 404, 412 or 416.
 *
 * @param fields in order, without those of the connection and without Date; Content-Length is among
 *     them wherever a body could be
 * @param body to be sent, or to be released, by whoever gets the answer; empty for HEAD and where
 *     the status has none
 */
public record FileAnswer(int status, List<Field> fields, Optional<FileBody> body) {

    public FileAnswer {
        fields = List.copyOf(fields);
    }

    /** A field, its name in its usual spelling. */
    public record Field(String name, String value) {}

    static FileAnswer absent() {
        return new FileAnswer(404, List.of(new Field("Content-Length", "0")), Optional.empty());
    }

    /** Whether there is no such file, so that an instance may be asked. */
    public boolean isAbsent() {
        return status == 404;
    }
}
