package dev.concertina.starter.instance;

import dev.concertina.contract.Headers;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletRequest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Identity of one request along its whole way: what the gateway says, else the id of the trace it
 * belongs to (W3C Trace Context), else made here. It has 1 to 128 characters, none of which means
 * anything in a log or a response field.
 */
public final class RequestId {
    /** Its name in the log. */
    public static final String MDC = "requestId";

    private static final String ATTRIBUTE = RequestId.class.getName();
    private static final Pattern SANE = Pattern.compile("[A-Za-z0-9._:/+=-]{1,128}");
    private static final Pattern TRACE =
            Pattern.compile("[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}.*");
    private static final SecureRandom CHANCE = new SecureRandom();

    private RequestId() {}

    /** The request's, once it is under way. */
    public static Optional<String> of(ServletRequest request) {
        return Optional.ofNullable((String) request.getAttribute(ATTRIBUTE));
    }

    /** The same through all dispatches of a request. */
    static String establish(HttpServletRequest request) {
        var known = of(request);
        if (known.isPresent()) {
            return known.get();
        }
        var id =
                sane(request.getHeader(Headers.REQUEST_ID))
                        .or(() -> trace(request.getHeader("traceparent")))
                        .orElseGet(RequestId::made);
        request.setAttribute(ATTRIBUTE, id);
        return id;
    }

    // A client's value goes into the log, so only harmless characters pass.
    private static Optional<String> sane(@Nullable String given) {
        return Optional.ofNullable(given).filter(value -> SANE.matcher(value).matches());
    }

    private static Optional<String> trace(@Nullable String parent) {
        if (parent == null) {
            return Optional.empty();
        }
        var matcher = TRACE.matcher(parent);
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    // Of the form of a trace id, so that it can be one.
    private static String made() {
        var bytes = new byte[16];
        CHANCE.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
