package dev.concertina.fleet.control.scale;

/**
 * How many instances there should be. Today the number somebody asked for; an autoscaler keeps its
 * recommendations here and moves the number between its bounds.
 */
public record Scaling(int wanted) {
    public Scaling {
        if (wanted < 1) {
            throw new IllegalArgumentException("wanted instances " + wanted + " is below 1");
        }
    }

    public Scaling asked(int number) {
        return new Scaling(number);
    }
}
