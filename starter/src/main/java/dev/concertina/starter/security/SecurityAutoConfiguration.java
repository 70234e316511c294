package dev.concertina.starter.security;

import dev.concertina.starter.codec.CodecAutoConfiguration;
import dev.concertina.starter.codec.TypeCodec;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.web.savedrequest.DefaultSavedRequest;

/** Teaches the codec what Spring Security puts into a session. */
@AutoConfiguration(before = CodecAutoConfiguration.class)
@ConditionalOnClass({SecurityContext.class, DefaultSavedRequest.class})
public final class SecurityAutoConfiguration {
    @Bean
    TypeCodec concertinaSecurityContextCodec() {
        return new SecurityContextCodec();
    }

    @Bean
    TypeCodec concertinaUserCodec() {
        return new UserCodec();
    }

    @Bean
    TypeCodec concertinaCsrfTokenCodec() {
        return new CsrfTokenCodec();
    }

    @Bean
    TypeCodec concertinaSavedRequestCodec() {
        return new SavedRequestCodec();
    }

    @Bean
    TypeCodec concertinaAuthenticationExceptionCodec() {
        return new AuthenticationExceptionCodec();
    }
}
