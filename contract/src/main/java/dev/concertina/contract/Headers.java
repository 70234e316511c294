package dev.concertina.contract;

/** HTTP fields that instance and gateway agree on, in lower case as HTTP/2 writes them. */
public final class Headers {
    /** Which instance answered. Set by the instance, else by the gateway. */
    public static final String INSTANCE_ID = "x-instance-id";

    /** Identity of a request along its whole way. Set by the gateway when the client sent none. */
    public static final String REQUEST_ID = "x-request-id";

    public static final String FORWARDED_FOR = "x-forwarded-for";
    public static final String FORWARDED_PROTO = "x-forwarded-proto";
    public static final String FORWARDED_HOST = "x-forwarded-host";
    public static final String FORWARDED_PORT = "x-forwarded-port";

    private Headers() {}
}
