package dev.concertina.starter.channel;

/** Why a connection is ended by this side. Whoever was connected comes back and resumes. */
enum Ending {
    /** The client takes less than is published. */
    SLOW(4008),
    /** The instance leaves; another one serves. */
    LEAVING(1012),
    /** It has lasted as long as it may, and is to be authorised again. */
    EXPIRED(4001);

    private final int code;

    Ending(int code) {
        this.code = code;
    }

    /** Status of a WebSocket's close frame. */
    int code() {
        return code;
    }

    String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
