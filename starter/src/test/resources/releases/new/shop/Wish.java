package shop;

import java.util.Map;

/** The release before has none. */
public record Wish(String text, Map<String, Integer> weights) {
    @Override
    public String toString() {
        return text;
    }
}
