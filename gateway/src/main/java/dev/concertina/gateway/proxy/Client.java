package dev.concertina.gateway.proxy;

/** A client's connection as its {@link Worker} sees it, whatever protocol it speaks. */
public interface Client {
    /** Takes no further request, and closes when what is under way has ended. */
    void letGo();

    /**
     * The process leaves, and a successor takes new connections: asks for the last request where
     * the protocol can without a race. Where it cannot, each next response is the last.
     */
    default void leave() {}

    /** Closes at once, so that the client can tell an unfinished response from a whole one. */
    void cut();
}
