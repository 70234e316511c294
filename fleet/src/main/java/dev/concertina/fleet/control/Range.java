package dev.concertina.fleet.control;

/** How many instances may be asked for. */
public record Range(int min, int max) {
    /** Any number. */
    public static Range any() {
        return new Range(1, Integer.MAX_VALUE);
    }

    boolean holds(int number) {
        return number >= min && number <= max;
    }
}
