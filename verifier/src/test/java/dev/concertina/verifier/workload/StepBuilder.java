package dev.concertina.verifier.workload;

import dev.concertina.fleet.manifest.Manifest.Step;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** A step, said in the order one thinks of it. */
final class StepBuilder {
    private final String method;
    private final String path;
    private final SequencedMap<String, String> form = new LinkedHashMap<>();
    private final SequencedMap<String, String> capture = new LinkedHashMap<>();
    private Optional<Integer> status = Optional.empty();
    private List<String> body = List.of();

    static StepBuilder step(String method, String path) {
        return new StepBuilder(method, path);
    }

    private StepBuilder(String method, String path) {
        this.method = method;
        this.path = path;
    }

    StepBuilder capture(String name, String expression) {
        capture.put(name, expression);
        return this;
    }

    StepBuilder status(int expected) {
        status = Optional.of(expected);
        return this;
    }

    StepBuilder body(String text) {
        body = List.of(text);
        return this;
    }

    Step build() {
        return new Step(
                method, path, false, Map.of(), form, Optional.empty(), status, body, capture);
    }
}
