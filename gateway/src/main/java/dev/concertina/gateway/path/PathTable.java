package dev.concertina.gateway.path;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Things by path pattern, in order; the first whose pattern matches holds. Immutable. */
public final class PathTable<T> {
    private final List<Entry<T>> entries;

    private record Entry<T>(PathPattern pattern, T value) {}

    private PathTable(List<Entry<T>> entries) {
        this.entries = List.copyOf(entries);
    }

    /**
     * @throws IllegalArgumentException as {@link PathPattern#of}
     */
    public static <T> PathTable<T> of(List<T> values, Function<T, String> pattern) {
        List<Entry<T>> entries = new ArrayList<>();
        for (T value : values) {
            entries.add(new Entry<>(PathPattern.of(pattern.apply(value)), value));
        }
        return new PathTable<>(entries);
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }

    /** The first that matches, or null. */
    public @Nullable T first(RequestPath path) {
        for (int i = 0; i < entries.size(); i++) {
            Entry<T> entry = entries.get(i);
            if (entry.pattern.matches(path)) {
                return entry.value;
            }
        }
        return null;
    }
}
