package dev.concertina.starter.request;

/** A store was asked for that cannot be used as it is written down; the start ends with it. */
public final class UnusableStoreException extends RuntimeException {
    private final String action;

    /**
     * @param description what was found, naming the setting and no secret
     * @param action the next move
     */
    public UnusableStoreException(String description, String action) {
        super(description);
        this.action = action;
    }

    public String action() {
        return action;
    }
}
