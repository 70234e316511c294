package dev.concertina.fleet.control.supervise;

/**
 * Who is in a slot, and how the slot has fared.
 *
 * @param instance id, such as {@code registry-1-x7}: application, slot, generation
 * @param restarts how often the slot's process was started again after it ended by itself
 * @param failures exits and failed starts in a row, without a healthy while between
 */
public record Occupant(
        String instance, int number, int generation, String release, int restarts, int failures) {

    static Occupant first(String name, int number, int generation, String release) {
        return new Occupant(id(name, number, generation), number, generation, release, 0, 0);
    }

    /** The next process in the same slot. */
    Occupant next(String name, int generation) {
        return new Occupant(
                id(name, number, generation), number, generation, release, restarts + 1, failures);
    }

    Occupant failed(int times) {
        return new Occupant(instance, number, generation, release, restarts, times);
    }

    private static String id(String name, int number, int generation) {
        String tail = "-" + number + "-x" + generation;
        return name.substring(0, Math.min(name.length(), 64 - tail.length())) + tail;
    }
}
