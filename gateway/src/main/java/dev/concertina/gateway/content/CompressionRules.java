package dev.concertina.gateway.content;

import dev.concertina.contract.Policies.Compression;
import java.util.ArrayList;
import java.util.List;

/** What is compressed, and how: the table's words, compiled. Immutable. */
public final class CompressionRules {
    private static final CompressionRules OFF = new CompressionRules(List.of(), List.of(), 0);

    private final List<Coding> codings;
    private final List<byte[]> types;
    private final int minBytes;

    private CompressionRules(List<Coding> codings, List<byte[]> types, int minBytes) {
        this.codings = List.copyOf(codings);
        this.types = List.copyOf(types);
        this.minBytes = minBytes;
    }

    public static CompressionRules off() {
        return OFF;
    }

    /**
     * Loads native libraries, so not on an event loop. A coding that this machine cannot encode is
     * left out.
     *
     * @throws IllegalArgumentException naming a coding that is unknown
     */
    public static CompressionRules of(Compression compression) {
        List<Coding> codings = new ArrayList<>();
        for (String name : compression.encodings()) {
            Coding coding =
                    Coding.named(name)
                            .orElseThrow(() ->
                                    new IllegalArgumentException(
                                            "compression names '"
                                                    + name
                                                    + "'. Use zstd, br or gzip."));
            if (coding.available()) {
                codings.add(coding);
            }
        }
        List<byte[]> types = compression.types().stream().map(Ascii::lower).toList();
        return new CompressionRules(codings, types, compression.minBytes());
    }

    /** Whether nothing is ever compressed. */
    public boolean isOff() {
        return codings.isEmpty() || types.isEmpty();
    }

    List<Coding> codings() {
        return codings;
    }

    int minBytes() {
        return minBytes;
    }

    boolean gains(byte[] octets, int start, int end) {
        int last = Ascii.trimSpace(octets, start, Ascii.indexOf(octets, start, end, ';'));
        for (int i = 0; i < types.size(); i++) {
            byte[] type = types.get(i);
            boolean kind = type.length > 0 && type[type.length - 1] == '/';
            if (kind
                    ? Ascii.startsIgnoreCase(octets, start, last, type)
                    : Ascii.equalsIgnoreCase(octets, start, last, type)) {
                return true;
            }
        }
        return false;
    }
}
