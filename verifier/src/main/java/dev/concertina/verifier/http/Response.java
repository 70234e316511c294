package dev.concertina.verifier.http;

import java.util.List;
import java.util.Optional;

/** A complete response. */
record Response(int status, List<Exchange.Field> fields, String body, boolean keepAlive) {
    Optional<String> first(String name) {
        return first(fields, name);
    }

    static Optional<String> first(List<Exchange.Field> fields, String name) {
        return fields.stream()
                .filter(f -> f.name().equals(name))
                .map(Exchange.Field::value)
                .findFirst();
    }
}
