package dev.concertina.starter.instance;

/** A setting no application can start with. Boot shows it without a stack trace. */
public final class BadSetting extends IllegalArgumentException {
    private final String next;

    /**
     * @param what the key and its value, if that is no secret
     * @param next what to write instead
     */
    public BadSetting(String what, String next) {
        super(what + " " + next);
        this.next = next;
    }

    String next() {
        return next;
    }
}
