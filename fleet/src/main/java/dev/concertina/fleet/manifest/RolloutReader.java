package dev.concertina.fleet.manifest;

import dev.concertina.fleet.manifest.Manifest.Division;
import dev.concertina.fleet.manifest.Manifest.Engine;
import dev.concertina.fleet.manifest.Manifest.Judging;
import dev.concertina.fleet.manifest.Manifest.Rollout;
import dev.concertina.fleet.manifest.Manifest.Strategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads how a release replaces another. */
final class RolloutReader {
    private static final Duration DAY = Duration.ofHours(24);
    private static final int WHOLE = 100_00;

    private final Section section;

    private RolloutReader(Section section) {
        this.section = section;
    }

    static Rollout read(Section section, Engine engine) {
        return new RolloutReader(section).read(engine);
    }

    private Rollout read(Engine engine) {
        Strategy strategy = section.oneOf("strategy", Strategy.ROLLING);
        int surge = section.integer("surge", 1, 1, 100);
        var watch = section.duration("watch", Rollout.watch(strategy), Duration.ZERO, DAY);
        List<Integer> steps = steps(strategy);
        Division by = by(strategy);
        if (engine == Engine.NGINX
                && by.by() == Division.By.HEADER
                && !by.name().matches("[A-Za-z0-9-]+")) {
            section.wrong(
                    "by",
                    "names header '" + by.name() + "', which nginx drops.",
                    "Use letters, digits and '-', or write 'engine: embedded'.");
        }
        boolean byHand = byHand(strategy);
        Optional<Judging> judge = judge(strategy);
        section.end();
        return new Rollout(strategy, surge, watch, steps, by, byHand, judge);
    }

    private List<Integer> steps(Strategy strategy) {
        if (strategy != Strategy.CANARY) {
            onlyFor("steps", "canary");
            return Rollout.steps(strategy);
        }
        var steps = new ArrayList<Integer>();
        int problems = 0;
        for (String word : section.words("steps", word -> step(word, steps))) {
            problems += word.isEmpty() ? 1 : 0;
        }
        if (steps.isEmpty()) {
            return Rollout.steps(strategy);
        }
        if (steps.getLast() != 100 && problems == 0) {
            steps.add(100);
        }
        return steps;
    }

    /** Takes a step that is right. */
    private static Optional<Section.Objection> step(String word, List<Integer> before) {
        var percent = Units.percent(word).filter(p -> p % 100 == 0 && p >= 100 && p <= WHOLE);
        if (percent.isEmpty()) {
            return Optional.of(
                    new Section.Objection(
                            "is not a share.", "Write whole percents from 1% to 100%: 5%."));
        }
        int share = percent.get() / 100;
        if (!before.isEmpty() && share <= before.getLast()) {
            return Optional.of(
                    new Section.Objection(
                            "is not above the step before it, " + before.getLast() + "%.",
                            "Write rising shares: [5%, 25%, 100%]."));
        }
        before.add(share);
        return Optional.empty();
    }

    private Division by(Strategy strategy) {
        if (strategy != Strategy.CANARY) {
            onlyFor("by", "canary");
            return Division.usual();
        }
        if (section.isMapping("by")) {
            var by = section.section("by");
            Optional<String> cookie = by.text("cookie");
            Optional<String> header = by.text("header");
            by.end();
            if (cookie.isPresent() == header.isPresent()) {
                section.wrong(
                        "by",
                        "names " + (cookie.isPresent() ? "both" : "neither") + ".",
                        "Write { cookie: NAME } or { header: NAME }.");
            }
            return header.map(name -> new Division(Division.By.HEADER, word("header", name)))
                    .orElseGet(() ->
                            new Division(
                                    Division.By.COOKIE,
                                    word("cookie", cookie.orElse(Division.COOKIE))));
        }
        Optional<String> word = section.text("by");
        if (word.filter("request"::equals).isPresent()) {
            return new Division(Division.By.REQUEST, "");
        }
        if (word.filter(w -> !w.equals("cookie")).isPresent()) {
            section.wrong(
                    "by",
                    "is not one of cookie, request.",
                    "Choose one of them, or write { cookie: NAME } or { header: NAME }.");
        }
        return Division.usual();
    }

    private String word(String key, String name) {
        if (!name.matches("[A-Za-z0-9_.-]{1,64}")) {
            section.wrong(
                    "by",
                    "names " + key + " '" + name + "'.",
                    "Use 1 to 64 letters, digits, '_', '.' or '-'.");
        }
        return name;
    }

    private boolean byHand(Strategy strategy) {
        if (strategy == Strategy.ROLLING) {
            onlyFor("promote", "canary and blue-green");
            return false;
        }
        Optional<String> promote = section.text("promote");
        if (promote.filter(p -> !List.of("auto", "by-hand").contains(p)).isPresent()) {
            section.wrong("promote", "is not one of auto, by-hand.", "Choose one of them.");
        }
        return promote.filter("by-hand"::equals).isPresent();
    }

    private Optional<Judging> judge(Strategy strategy) {
        if (strategy == Strategy.ROLLING) {
            onlyFor("judge", "canary and blue-green");
            return Optional.empty();
        }
        if (section.off("judge")) {
            return Optional.empty();
        }
        if (section.on("judge")) {
            return Optional.of(Judging.usual());
        }
        var judge = section.section("judge");
        var usual = Judging.usual();
        var judging =
                new Judging(
                        judge.percent("errors", usual.errors(), 1, WHOLE - 1),
                        judge.percent("slower", usual.slower(), 0, 100 * WHOLE),
                        judge.duration("warm-up", usual.warmUp(), Duration.ZERO, DAY));
        judge.end();
        return Optional.of(judging);
    }

    private void onlyFor(String key, String strategies) {
        if (section.has(key)) {
            section.take(key);
            section.wrong(
                    key,
                    "belongs to 'strategy: " + strategies.replace(" and ", "' and '") + "'.",
                    "Remove it, or write that strategy.");
        }
    }
}
