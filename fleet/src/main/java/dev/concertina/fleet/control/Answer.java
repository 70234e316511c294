package dev.concertina.fleet.control;

/**
 * What came back from a readiness probe.
 *
 * @param status of the HTTP response; 0 when none came
 * @param text for people, such as {@code HTTP 503: starting} or {@code connection refused}
 */
public record Answer(int status, String text) {
    public static Answer silence(String text) {
        return new Answer(0, text);
    }

    public boolean heard() {
        return status != 0;
    }

    public boolean passed() {
        return status >= 200 && status < 300;
    }
}
