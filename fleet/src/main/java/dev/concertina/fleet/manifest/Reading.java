package dev.concertina.fleet.manifest;

import java.util.List;
import java.util.Map;

/** What came of reading a manifest. */
public sealed interface Reading {
    /**
     * A manifest without a problem in itself. Whether this machine can run it is another question.
     *
     * @param places where each key that was written stands
     */
    record Read(Manifest manifest, Map<String, Place> places) implements Reading {
        public Read {
            places = Map.copyOf(places);
        }

        /** Where the key stands, or the nearest one around it, or the file. */
        public Place place(String key) {
            for (String k = key; !k.isEmpty(); k = parent(k)) {
                var place = places.get(k);
                if (place != null) {
                    return place;
                }
            }
            return places.getOrDefault("", Place.nowhereIn(manifest.file().toString()));
        }

        private static String parent(String key) {
            int dot = Math.max(key.lastIndexOf('.'), key.lastIndexOf('['));
            return dot < 0 ? "" : key.substring(0, dot);
        }
    }

    /** Everything that is wrong, in the order of the file. */
    record Refused(List<Problem> problems) implements Reading {
        public Refused {
            problems = List.copyOf(problems);
        }
    }

    /**
     * @throws ManifestException if the manifest was refused
     */
    default Manifest orThrow() {
        return switch (this) {
            case Read read -> read.manifest();
            case Refused refused -> throw new ManifestException(refused.problems());
        };
    }
}
