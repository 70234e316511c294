package dev.concertina.contract;

/** Where a gateway process is in its life, which only goes forward. */
public enum GatewayPhase {
    /** Holds the listening sockets of its predecessor and waits to be told to accept. */
    STANDBY,
    ACCEPTING,
    /** Accepts no more; serves the connections it has until they end. */
    LEAVING
}
