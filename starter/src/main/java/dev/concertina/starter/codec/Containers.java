package dev.concertina.starter.codec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's collections, by what they promise rather than by class: order, uniqueness, and whether
 * they may be changed.
 */
final class Containers {
    private Containers() {}

    static Optional<String> tag(Object value) {
        return Optional.ofNullable(
                switch (value) {
                    case CopyOnWriteArrayList<?> l -> "cow-list";
                    case List<?> l -> fixed(value) ? "fixed-list" : "list";
                    case SortedSet<?> s -> s.comparator() == null ? "sorted-set" : null;
                    case LinkedHashSet<?> s -> "linked-set";
                    case Set<?> s -> fixed(value) ? "fixed-set" : "set";
                    case Collection<?> c -> "list";
                    case SortedMap<?, ?> m -> m.comparator() == null ? "sorted-map" : null;
                    case ConcurrentMap<?, ?> m -> "concurrent-map";
                    case LinkedHashMap<?, ?> m -> "linked-map";
                    case Map<?, ?> m -> fixed(value) ? "fixed-map" : "map";
                    case Object[] a -> a.getClass() == String[].class ? "strings" : null;
                    default -> null;
                });
    }

    private static boolean fixed(Object value) {
        var name = value.getClass().getName();
        return name.startsWith("java.util.ImmutableCollections$")
                || name.startsWith("java.util.Collections$Unmodifiable")
                || name.startsWith("java.util.Collections$Empty")
                || name.startsWith("java.util.Collections$Singleton");
    }

    static boolean isMap(String tag) {
        return tag.endsWith("map");
    }

    static boolean isCollection(String tag) {
        return tag.endsWith("list") || tag.endsWith("set") || tag.equals("strings");
    }

    static Object collection(String tag, List<@Nullable Object> items) {
        return switch (tag) {
            case "list" -> new ArrayList<>(items);
            case "fixed-list" -> Collections.unmodifiableList(items);
            case "cow-list" -> new CopyOnWriteArrayList<>(items);
            case "set" -> new HashSet<>(items);
            case "linked-set" -> new LinkedHashSet<>(items);
            case "fixed-set" -> Collections.unmodifiableSet(new LinkedHashSet<>(items));
            case "sorted-set" -> new TreeSet<>(items);
            case "strings" -> Arrays.copyOf(items.toArray(), items.size(), String[].class);
            default -> throw new UnknownType(tag);
        };
    }

    static Object map(String tag, Map<@Nullable Object, @Nullable Object> entries) {
        return switch (tag) {
            case "map" -> new HashMap<>(entries);
            case "linked-map" -> new LinkedHashMap<>(entries);
            case "fixed-map" -> Collections.unmodifiableMap(entries);
            case "sorted-map" -> new TreeMap<>(entries);
            case "concurrent-map" -> new ConcurrentHashMap<>(entries);
            default -> throw new UnknownType(tag);
        };
    }
}
