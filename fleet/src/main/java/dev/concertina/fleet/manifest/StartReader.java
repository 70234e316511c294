package dev.concertina.fleet.manifest;

import dev.concertina.fleet.manifest.Manifest.Start;
import dev.concertina.fleet.manifest.Manifest.WarmUp;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Reads {@code app.start}: what makes a start fast. */
final class StartReader {
    private static final WarmUp USUAL = WarmUp.usual();

    private StartReader() {}

    /**
     * @param jar whether the program is one; anything else is started as it is
     */
    static Start read(Section start, boolean jar) {
        if (!jar) {
            for (String key : List.of("unpack", "aot", "libraries")) {
                if (start.has(key)) {
                    start.wrong(key, "belongs to 'app.jar'.", "Remove it.");
                }
            }
        }
        boolean unpack = start.flag("unpack", jar);
        boolean aot = start.flag("aot", unpack);
        boolean libraries = start.flag("libraries", aot);
        for (String key : List.of("aot", "libraries")) {
            if (jar && !unpack && (key.equals("aot") ? aot : libraries && !aot)) {
                start.wrong(
                        key,
                        "needs the jar unpacked: the JVM archives no classes of jars inside a jar.",
                        "Remove 'unpack: false', or write '" + key + ": false'.");
            }
        }
        var warmUp = warmUp(start, jar);
        boolean giveWay = start.flag("give-way", true);
        start.end();
        return new Start(unpack, aot, libraries, warmUp, giveWay);
    }

    /** {@code off}, {@code on}, a path, some paths, or a mapping. */
    private static Optional<WarmUp> warmUp(Section start, boolean byDefault) {
        if (!start.has("warm-up")) {
            start.take("warm-up");
            return byDefault ? Optional.of(USUAL) : Optional.empty();
        }
        if (start.off("warm-up")) {
            return Optional.empty();
        }
        if (start.on("warm-up")) {
            return Optional.of(USUAL);
        }
        if (!start.isMapping("warm-up")) {
            return Optional.of(
                    new WarmUp(
                            start.words("warm-up", StartReader::noPath),
                            USUAL.count(),
                            USUAL.within()));
        }
        var section = start.section("warm-up");
        var warmUp =
                new WarmUp(
                        section.words("paths", StartReader::noPath),
                        section.integer("count", USUAL.count(), 1, 10_000),
                        section.duration(
                                "within",
                                USUAL.within(),
                                Duration.ofMillis(100),
                                Duration.ofMinutes(10)));
        section.end();
        return Optional.of(warmUp);
    }

    private static Optional<Section.Objection> noPath(String text) {
        return text.startsWith("/")
                ? Optional.empty()
                : Optional.of(
                        new Section.Objection(
                                "is not a path.",
                                "Write /" + text.replaceFirst("^\\w+://[^/]*/?", "") + "."));
    }
}
