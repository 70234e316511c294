package shop;

import java.util.List;

public record Basket(String owner, List<String> items) {
    @Override
    public String toString() {
        return String.join(",", items);
    }
}
