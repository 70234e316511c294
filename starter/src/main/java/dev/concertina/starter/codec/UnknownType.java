package dev.concertina.starter.codec;

/** Bytes of a type this release does not know; they are carried on unread. */
public final class UnknownType extends RuntimeException {
    private final String where;

    public UnknownType(String type) {
        this(type, "");
    }

    /**
     * @param where fields that lead to it, or empty text
     */
    UnknownType(String type, String where) {
        super("type '" + type + "' is not known to this release", null, false, false);
        this.where = where;
    }

    /** Fields that lead to what is not known, or empty text. */
    public String where() {
        return where;
    }
}
