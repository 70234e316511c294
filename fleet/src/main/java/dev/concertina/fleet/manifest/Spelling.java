package dev.concertina.fleet.manifest;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds what was meant by a word that is not known. */
final class Spelling {
    private Spelling() {}

    /** The known word at the smallest edit distance, if that is at most a third of the word. */
    static Optional<String> nearest(String word, Collection<String> known) {
        int far = Math.max(1, word.length() / 3) + 1;
        var lower = word.toLowerCase(Locale.ROOT);
        return known.stream()
                .filter(k -> distance(lower, k) < far || k.replace("-", "").equals(lower))
                .min(Comparator.comparingInt(k -> distance(lower, k)));
    }

    /** Levenshtein's distance, with a swap of neighbours counted once. */
    static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                d[i][j] = i == 0 || j == 0 ? i + j : step(a, b, d, i, j);
            }
        }
        return d[a.length()][b.length()];
    }

    private static int step(String a, String b, int[][] d, int i, int j) {
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int best = Math.min(d[i - 1][j - 1] + change, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
        boolean swapped =
                i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(best, d[i - 2][j - 2] + 1) : best;
    }
}
