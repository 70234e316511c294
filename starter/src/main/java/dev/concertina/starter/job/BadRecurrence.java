package dev.concertina.starter.job;

/** Nobody could say when it is due. */
final class BadRecurrence extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final String next;

    /**
     * @param what goes on after the name of the method
     * @param next what to write instead
     */
    BadRecurrence(String what, String next) {
        super(what);
        this.next = next;
    }

    String next() {
        return next;
    }
}
