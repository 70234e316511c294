package dev.concertina.gateway.proxy;

/** Standard error, for what should not have happened. */
final class Log {
    private Log() {}

    static void unexpected(String where, Throwable cause) {
        System.err.println("gateway: " + where + ": unexpected " + cause);
        cause.printStackTrace();
    }
}
