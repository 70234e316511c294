package dev.concertina.fleet.control.scale;

/**
 * A number kept inside its limits.
 *
 * @param reason upstream's word, such as {@code ScaleUpLimit}
 */
record Limited(int replicas, String reason, String message) {

    static Limited no(int replicas) {
        return new Limited(
                replicas, "DesiredWithinRange", "the desired count is within the acceptable range");
    }

    static Limited tooFast(int replicas, boolean up) {
        return new Limited(
                replicas,
                up ? "ScaleUpLimit" : "ScaleDownLimit",
                "the desired replica count is "
                        + (up ? "increasing" : "decreasing")
                        + " faster than the maximum scale rate");
    }

    static Limited tooMany(int replicas) {
        return new Limited(
                replicas,
                "TooManyReplicas",
                "the desired replica count is more than the maximum replica count");
    }

    static Limited tooFew(int replicas) {
        return new Limited(
                replicas,
                "TooFewReplicas",
                "the desired replica count is less than the minimum replica count");
    }
}
