package shop;

/** The next release has none. */
public record Coupon(String text) {
    @Override
    public String toString() {
        return text;
    }
}
