package dev.concertina.fleet.simulate;

/**
 * What an instance uses of its CPU allowance, as a share of it. A request costs more where the
 * whole machine is busy, and an instance without requests uses something too, so the use of an
 * instance with {@code r} requests/s out of {@code R} of all is {@code idle + (each + crowding * R)
 * * r}.
 *
 * @param idle without requests; below 1
 * @param each for one request/s
 * @param crowding added to {@code each} for one request/s of all instances
 */
public record Cost(double idle, double each, double crowding) {
    public Cost {
        if (!(idle >= 0 && idle < 1 && each >= 0 && crowding >= 0)
                || !(each + crowding > 0 && each + crowding < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "a cost of %s idle, %s for each request/s and %s for crowding cannot be. Give 0"
                                    .formatted(idle, each, crowding)
                            + " or more, idle below 1, and a request that costs something.");
        }
    }

    /** Proportional to the requests. */
    public static Cost proportional(double capacity) {
        if (!(capacity > 0 && capacity < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "capacity is " + capacity + ". Give requests/s above 0.");
        }
        return new Cost(0, 1 / capacity, 0);
    }

    /** The use of one of so many instances that share these requests/s evenly. */
    public double use(double requests, int instances) {
        return instances == 0 ? 0 : idle + (each + crowding * requests) * requests / instances;
    }

    /** Requests/s at which so many instances use their whole allowance. */
    public double capacity(int instances) {
        double room = (1 - idle) * instances;
        // The positive root of crowding x² + each x = room, in the form that allows crowding 0.
        return 2 * room / (each + Math.sqrt(each * each + 4 * crowding * room));
    }
}
