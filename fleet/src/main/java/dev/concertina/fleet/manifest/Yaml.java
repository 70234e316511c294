package dev.concertina.fleet.manifest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A YAML value that knows where it was written. */
sealed interface Yaml {
    Place place();

    /** How messages call the value. */
    String shown();

    /**
     * @param plain written without quotes
     */
    record Text(Place place, String value, boolean plain) implements Yaml {
        @Override
        public String shown() {
            return value;
        }
    }

    /** A key with nothing behind it, or {@code null}. */
    record Nothing(Place place) implements Yaml {
        @Override
        public String shown() {
            return "";
        }
    }

    record Items(Place place, List<Yaml> values) implements Yaml {
        @Override
        public String shown() {
            return "a list";
        }
    }

    record Entry(Place place, Yaml value) {}

    record Mapping(Place place, Map<String, Entry> entries) implements Yaml {
        static Mapping empty(Place place) {
            return new Mapping(place, Map.of());
        }

        @Override
        public String shown() {
            return "a mapping";
        }

        /** This mapping with the entries of another on top; mappings inside mappings likewise. */
        Mapping overlaidBy(Mapping top) {
            var merged = new LinkedHashMap<>(entries);
            top.entries.forEach(
                    (key, entry) -> merged.merge(key, entry, (below, above) -> join(below, above)));
            return new Mapping(place, merged);
        }

        private static Entry join(Entry below, Entry above) {
            if (below.value() instanceof Mapping b && above.value() instanceof Mapping a) {
                return new Entry(above.place(), b.overlaidBy(a));
            }
            return above;
        }
    }

    /** The items of a list, or the value alone. */
    default List<Yaml> each() {
        return this instanceof Items items ? new ArrayList<>(items.values()) : List.of(this);
    }
}
