package dev.concertina.fleet.control.scale;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * The cases of Kubernetes' own tests, and those of further files: {@code -Dhpa.cases=FILE}, several
 * separated by the path separator. Prints how many passed of each function.
 */
class HpaCasesTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TestFactory
    Stream<DynamicTest> everyCasePasses() throws IOException, URISyntaxException {
        var files = new ArrayList<Path>();
        files.add(Path.of(resource("/hpa-cases.jsonl")));
        for (String file : System.getProperty("hpa.cases", "").split(File.pathSeparator, -1)) {
            if (!file.isBlank()) {
                files.add(located(file.strip()));
            }
        }
        return files.stream().map(HpaCasesTest::testOf);
    }

    private static DynamicTest testOf(Path file) {
        return DynamicTest.dynamicTest(
                file.getFileName().toString(), () -> assertThat(failuresOf(file)).isEmpty());
    }

    private static List<String> failuresOf(Path file) throws IOException {
        var failures = new ArrayList<String>();
        var tallies = new TreeMap<String, Tally>();
        int number = 0;
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            for (String line : lines.lines().toList()) {
                number++;
                if (!line.isBlank()) {
                    judge(file, number, line, tallies, failures);
                }
            }
        }
        if (tallies.isEmpty()) {
            failures.add(file + ": holds no case. One JSON object per line is expected.");
        }
        print(file, tallies, failures);
        return failures;
    }

    private static void judge(
            Path file, int number, String line, Map<String, Tally> tallies, List<String> failures) {
        HpaCase theCase;
        try {
            theCase = HpaCase.of(JSON.readTree(line));
        } catch (RuntimeException unclear) {
            String why = String.valueOf(unclear.getMessage()).lines().findFirst().orElse("");
            failures.add(file.getFileName() + ":" + number + " is no case: " + why);
            tallies.merge("not a case", Tally.of(false), Tally::plus);
            return;
        }
        Optional<String> failure = failureOf(theCase);
        failure.ifPresent(failures::add);
        tallies.merge(theCase.fn(), Tally.of(failure.isEmpty()), Tally::plus);
    }

    private static Optional<String> failureOf(HpaCase theCase) {
        List<String> differences;
        try {
            differences = theCase.differences();
        } catch (RuntimeException broken) {
            differences = List.of(broken.toString());
        }
        return differences.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "%s %s (%s): %s"
                                .formatted(
                                        theCase.id(),
                                        theCase.fn(),
                                        theCase.name(),
                                        String.join("; ", differences)));
    }

    private static void print(Path file, Map<String, Tally> tallies, List<String> failures) {
        var text = new StringBuilder("hpa cases of " + file + "\n");
        tallies.forEach((fn, tally) -> text.append("  %-42s %s%n".formatted(fn, tally)));
        Tally total = tallies.values().stream().reduce(new Tally(0, 0), Tally::plus);
        text.append("  %-42s %s%n".formatted("total", total));
        failures.forEach(failure -> text.append("  FAILED ").append(failure).append('\n'));
        System.out.print(text);
    }

    /** Maven runs tests in the module; a relative path was typed in the root. */
    private static Path located(String file) {
        return Stream.of(Path.of(file), Path.of("..").resolve(file))
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "hpa.cases: there is no file %s. Give its absolute path."
                                        .formatted(file)));
    }

    private static URI resource(String name) throws URISyntaxException {
        return Optional.ofNullable(HpaCasesTest.class.getResource(name)).orElseThrow().toURI();
    }

    private record Tally(int passed, int all) {
        static Tally of(boolean passed) {
            return new Tally(passed ? 1 : 0, 1);
        }

        Tally plus(Tally other) {
            return new Tally(passed + other.passed, all + other.all);
        }

        @Override
        public String toString() {
            return passed + " of " + all + " passed";
        }
    }
}
