package dev.concertina.starter.tenant;

import dev.concertina.starter.request.Tenant;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.ServletRequestBindingException;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/** Gives a handler its parameter of type {@code Tenant} or {@code Optional<Tenant>}. */
final class TenantParameter implements HandlerMethodArgumentResolver {
    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.nestedIfOptional().getNestedParameterType() == Tenant.class;
    }

    @Override
    public @Nullable Object resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer container,
            NativeWebRequest request,
            @Nullable WebDataBinderFactory binders)
            throws ServletRequestBindingException {
        var tenant =
                Optional.ofNullable(request.getNativeRequest(HttpServletRequest.class))
                        .flatMap(Tenant::of);
        if (parameter.getParameterType() == Optional.class) {
            return tenant;
        }
        return tenant.orElseThrow(
                () -> new ServletRequestBindingException("The request does not say whose it is."));
    }
}
