package dev.concertina.verifier.history;

/** How an operation ended, as its client saw it. */
public enum Outcome {
    OK("ok"),
    /** Answered, below 500, with another status than the journey expects. */
    WRONG_STATUS("wrong status"),
    /** Answered with the expected status and other content. */
    WRONG_BODY("wrong body"),
    SERVER_ERROR("5xx"),
    /** No connection could be made. */
    REFUSED("refused"),
    /** The connection broke after the request was sent and before anything came back. */
    RESET_BEFORE_BYTE("reset before a byte"),
    /** The connection broke after the response had begun. */
    RESET_IN_BODY("reset in the body"),
    TIMEOUT("timeout"),
    /** What came back is not HTTP/1.1. */
    MALFORMED("malformed response");

    private final String words;

    Outcome(String words) {
        this.words = words;
    }

    public String words() {
        return words;
    }

    /** The connection, not the application, is what failed. */
    public boolean broken() {
        return switch (this) {
            case REFUSED, RESET_BEFORE_BYTE, RESET_IN_BODY, TIMEOUT, MALFORMED -> true;
            case OK, WRONG_STATUS, WRONG_BODY, SERVER_ERROR -> false;
        };
    }
}
