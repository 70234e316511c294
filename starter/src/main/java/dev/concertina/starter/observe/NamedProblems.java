package dev.concertina.starter.observe;

import dev.concertina.starter.instance.RequestId;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyAdvice;

/** The same for problem details (RFC 9457). */
@ControllerAdvice
final class NamedProblems implements ResponseBodyAdvice<Object> {
    @Override
    public boolean supports(
            MethodParameter returned, Class<? extends HttpMessageConverter<?>> converter) {
        return true;
    }

    @Override
    public @Nullable Object beforeBodyWrite(
            @Nullable Object body,
            MethodParameter returned,
            MediaType type,
            Class<? extends HttpMessageConverter<?>> converter,
            ServerHttpRequest request,
            ServerHttpResponse response) {
        if (body instanceof ProblemDetail problem
                && request instanceof ServletServerHttpRequest servlet
                && (problem.getProperties() == null
                        || !problem.getProperties().containsKey(RequestId.MDC))) {
            RequestId.of(servlet.getServletRequest())
                    .ifPresent(id -> problem.setProperty(RequestId.MDC, id));
        }
        return body;
    }
}
