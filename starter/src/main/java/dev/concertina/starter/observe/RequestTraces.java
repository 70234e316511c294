package dev.concertina.starter.observe;

import dev.concertina.starter.instance.RequestId;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.sdk.trace.IdGenerator;
import org.slf4j.MDC;

/**
 * A trace that begins here has the id of its request, which the gateway made in the same form: one
 * word finds the gateway's line, the instance's lines and the trace.
 */
final class RequestTraces implements IdGenerator {
    private final IdGenerator chance = IdGenerator.random();

    @Override
    public String generateTraceId() {
        var request = MDC.get(RequestId.MDC);
        return request != null && TraceId.isValid(request) ? request : chance.generateTraceId();
    }

    @Override
    public String generateSpanId() {
        return chance.generateSpanId();
    }
}
