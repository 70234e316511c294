package dev.concertina.verifier.check;

import dev.concertina.fleet.manifest.Manifest.Journey;
import dev.concertina.fleet.manifest.Manifest.Step;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Requests that need no state, each tried once before it is used: the manifest's STATELESS
 * journeys, else a plain GET of {@code /} or of the ready path.
 *
 * @param refused why a candidate is not used, for the report
 */
record LoadJourneys(List<List<Step>> journeys, List<String> refused) {

    static LoadJourneys rehearsed(Stage stage, String check) {
        var refused = new ArrayList<String>();
        var journeys = new ArrayList<List<Step>>();
        for (var journey : stage.manifest().verify().journeys()) {
            if (journey.kind() == Journey.Kind.STATELESS) {
                rehearse(stage, check, journey.steps(), refused).ifPresent(journeys::add);
            }
        }
        if (journeys.isEmpty()) {
            plain(stage).stream()
                    .flatMap(steps -> rehearse(stage, check, steps, refused).stream())
                    .findFirst()
                    .ifPresent(journeys::add);
        }
        return new LoadJourneys(journeys, refused);
    }

    boolean none() {
        return journeys.isEmpty();
    }

    String nothingToAsk() {
        return "not testable: nothing answers as expected even without a fault: "
                + String.join("; ", refused);
    }

    private static List<List<Step>> plain(Stage stage) {
        var paths = new ArrayList<List<Step>>();
        paths.add(List.of(get("/")));
        stage.manifest().app().health().ready().ifPresent(path -> paths.add(List.of(get(path))));
        return paths;
    }

    private static Optional<List<Step>> rehearse(
            Stage stage, String check, List<Step> steps, List<String> refused) {
        var user = stage.users().next();
        for (var step : steps) {
            var visit = user.take(step, stage.gateway(), check);
            if (!visit.ok()) {
                refused.add(visit.request() + ": " + visit.detail());
                return Optional.empty();
            }
        }
        return Optional.of(steps);
    }

    private static Step get(String path) {
        return new Step(
                "GET",
                path,
                false,
                Map.of(),
                new LinkedHashMap<>(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                new LinkedHashMap<>());
    }
}
