package dev.concertina.registry.account;

/** There is an account with this address already. */
class EmailTakenException extends RuntimeException {
    EmailTakenException(String email, Throwable cause) {
        super("There is an account for " + email + " already", cause);
    }
}
