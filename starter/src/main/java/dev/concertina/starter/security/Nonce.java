package dev.concertina.starter.security;

import jakarta.servlet.ServletRequest;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * The nonce of one request: a script or style that repeats it in its {@code nonce} attribute runs,
 * any other inline one does not. It is the request attribute {@value #ATTRIBUTE}, so a page writes
 * {@code th:attr="nonce=${cspNonce}"} (Thymeleaf) or {@code nonce="${cspNonce}"} (JSP), and a
 * handler or advice takes {@code @RequestAttribute String cspNonce}.
 */
public final class Nonce {
    public static final String ATTRIBUTE = "cspNonce";

    private static final SecureRandom CHANCE = new SecureRandom();
    private static final int BYTES = 16;

    private Nonce() {}

    /** The request's; made with the first question. */
    public static String of(ServletRequest request) {
        if (request.getAttribute(ATTRIBUTE) instanceof String nonce) {
            return nonce;
        }
        var bytes = new byte[BYTES];
        CHANCE.nextBytes(bytes);
        var nonce = Base64.getEncoder().withoutPadding().encodeToString(bytes);
        request.setAttribute(ATTRIBUTE, nonce);
        return nonce;
    }
}
