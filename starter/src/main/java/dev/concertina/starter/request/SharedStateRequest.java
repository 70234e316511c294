package dev.concertina.starter.request;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;

/** Marks a request the filter has seen. */
final class SharedStateRequest extends HttpServletRequestWrapper {
    SharedStateRequest(HttpServletRequest request) {
        super(request);
    }
}
