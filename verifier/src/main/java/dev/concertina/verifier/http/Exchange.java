package dev.concertina.verifier.http;

import dev.concertina.contract.Headers;
import dev.concertina.verifier.history.Outcome;
import java.util.List;

/**
 * A request and what came back, or how it broke. Judged by the protocol alone: {@link Outcome#OK}
 * is any complete response below 500.
 *
 * @param status 0 if no status line arrived
 * @param instance who answered; empty if nobody said
 * @param fields of the response, in order
 * @param body as UTF-8, at most the first MiB
 * @param detail what broke
 * @param started on the run's clock, before connecting
 * @param ended on the run's clock, after the last byte
 */
public record Exchange(
        Outcome outcome,
        int status,
        String instance,
        List<Field> fields,
        String body,
        String detail,
        long started,
        long ended) {

    /** One header field; the name is in lower case. */
    public record Field(String name, String value) {}

    static Exchange answered(
            Response response, String instanceIfUnnamed, long started, long ended) {
        var outcome = response.status() >= 500 ? Outcome.SERVER_ERROR : Outcome.OK;
        var detail = outcome == Outcome.OK ? "" : "answered " + response.status();
        return new Exchange(
                outcome,
                response.status(),
                response.first(Headers.INSTANCE_ID).orElse(instanceIfUnnamed),
                response.fields(),
                response.body(),
                detail,
                started,
                ended);
    }

    /** Nothing came back. */
    static Exchange broken(Outcome outcome, String detail, long started, long ended) {
        return broken(outcome, 0, List.of(), detail, started, ended);
    }

    /** Broke after so much had come back. */
    static Exchange broken(
            Outcome outcome,
            int status,
            List<Field> fields,
            String detail,
            long started,
            long ended) {
        var instance = Response.first(fields, Headers.INSTANCE_ID).orElse("");
        return new Exchange(outcome, status, instance, fields, "", detail, started, ended);
    }

    public List<String> all(String name) {
        return fields.stream().filter(f -> f.name().equals(name)).map(Field::value).toList();
    }
}
