package dev.concertina.starter.token;

/** What became of a refresh. */
public sealed interface Refreshed {
    /** The old refresh token is spent; these are its successors. */
    record Renewed(TokenPair pair) implements Refreshed {}

    /** The user has to log in again. */
    record Refused(Reason reason) implements Refreshed {}

    /** Why there are no new tokens. For logs and metrics; a client is told only that it failed. */
    enum Reason {
        /** Not a token of ours, or altered. */
        UNKNOWN,
        /** Expired, revoked, or its user is not one any more. */
        ENDED,
        /**
         * Spent earlier than the last one (RFC 9700, 4.14.2): somebody holds a copy. The whole
         * login was revoked.
         */
        REUSED
    }
}
