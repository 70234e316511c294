package dev.concertina.starter.token;

/** Claims beyond those that RFC 7519 and RFC 9068 name. */
final class Claims {
    static final String EMAIL = "email";
    static final String ROLES = "roles";
    static final String TENANT = "tenant";

    /** Which login the token came from. */
    static final String LOGIN = "sid";

    /** Like {@code iat}, in milliseconds: "all until now" must not hit the next second's login. */
    static final String ISSUED_MILLIS = "iat_ms";

    private Claims() {}
}
