package dev.concertina.fleet.manifest;

import dev.concertina.contract.Policies.Compression;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads {@code gateway.compression}: off, on, or what exactly. */
final class CompressionReader {
    private static final List<String> ENCODINGS = List.of("zstd", "br", "gzip");
    private static final List<String> TYPES =
            List.of(
                    "text/",
                    "application/javascript",
                    "application/json",
                    "application/manifest+json",
                    "application/problem+json",
                    "application/wasm",
                    "application/xhtml+xml",
                    "application/xml",
                    "image/svg+xml");
    private static final Pattern TYPE =
            Pattern.compile("[a-z]+/([a-z0-9][a-z0-9.+-]*)?", Pattern.CASE_INSENSITIVE);

    private CompressionReader() {}

    static Compression read(ReadContext context, Section gateway, boolean nginx) {
        if (gateway.take("compression").isEmpty() || gateway.off("compression")) {
            return Compression.off();
        }
        var section =
                gateway.on("compression")
                        ? new Section(context, "", Yaml.Mapping.empty(gateway.place()))
                        : gateway.section("compression");
        var encodings = section.words("encodings", CompressionReader::encoding);
        var types = section.words("types", CompressionReader::type);
        int min = (int) section.bytes("min-size", Compression.off().minBytes(), 0, 1 << 30);
        section.end();
        return new Compression(
                encodings.isEmpty() ? (nginx ? List.of("gzip") : ENCODINGS) : encodings,
                types.isEmpty() ? TYPES : types,
                min);
    }

    private static Optional<Section.Objection> encoding(String word) {
        return ENCODINGS.contains(word)
                ? Optional.empty()
                : Optional.of(
                        new Section.Objection(
                                "is not one of " + String.join(", ", ENCODINGS) + ".",
                                Spelling.nearest(word, ENCODINGS)
                                        .map(near -> "Did you mean '" + near + "'?")
                                        .orElse("Choose one of them.")));
    }

    private static Optional<Section.Objection> type(String word) {
        return TYPE.matcher(word).matches()
                ? Optional.empty()
                : Optional.of(
                        new Section.Objection(
                                "is not a media type.",
                                "Write one such as application/json, or text/ for all of a kind."));
    }
}
