package dev.concertina.fleet.control.rollout;

/** The logarithm of Euler's beta function, by Stirling's series (error below 1e-12). */
final class Beta {
    private static final double ENOUGH = 12;
    private static final double HALF_LOG_TWO_PI = Math.log(2 * Math.PI) / 2;

    private Beta() {}

    static double log(double a, double b) {
        return logGamma(a) + logGamma(b) - logGamma(a + b);
    }

    private static double logGamma(double of) {
        double x = of;
        double shift = 0;
        while (x < ENOUGH) {
            shift += Math.log(x);
            x++;
        }
        double inverse = 1 / x;
        double square = inverse * inverse;
        double series =
                inverse * (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square / 1680)));
        return (x - 0.5) * Math.log(x) - x + HALF_LOG_TWO_PI + series - shift;
    }
}
