package shop;

import java.util.List;

/** The currency is new. */
public record Basket(String owner, List<String> items, String currency) {
    @Override
    public String toString() {
        return String.join(",", items);
    }
}
