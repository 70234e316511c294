package dev.concertina.starter.limit;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;

/**
 * Whom a request counts for. A bean of this type is a key of its name, beside {@code address},
 * {@code user}, {@code tenant} and {@code all}. Asked before the handler is known and before
 * anybody is logged in; it must not wait.
 */
public interface LimitKey {
    /** Empty: the request counts for its address. */
    Optional<String> of(HttpServletRequest request);
}
