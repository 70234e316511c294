package dev.concertina.starter.observe;

import dev.concertina.starter.instance.RequestId;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.error.ErrorAttributeOptions;
import org.springframework.boot.webmvc.error.DefaultErrorAttributes;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.WebRequest;

/** An error page or body says which request it is about, so that its log lines can be found. */
final class NamedErrors extends DefaultErrorAttributes {
    @Override
    public Map<String, @Nullable Object> getErrorAttributes(
            WebRequest request, ErrorAttributeOptions options) {
        var attributes = super.getErrorAttributes(request, options);
        if (request instanceof ServletWebRequest servlet) {
            RequestId.of(servlet.getRequest()).ifPresent(id -> attributes.put(RequestId.MDC, id));
        }
        return attributes;
    }
}
