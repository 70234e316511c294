package dev.concertina.starter.observe;

import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;

/** A call to a store, which is told nothing of the trace. */
final class ClientCall extends SenderContext<Object> {
    private static final Object NOTHING = new Object();

    /**
     * @param service name of what is called
     */
    ClientCall(String service) {
        super((carrier, key, value) -> {}, Kind.CLIENT);
        setCarrier(NOTHING);
        setRemoteServiceName(service);
    }
}
