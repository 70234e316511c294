package dev.concertina.starter.security;

import dev.concertina.starter.codec.BeanForm;
import dev.concertina.starter.codec.CodecAutoConfiguration;
import dev.concertina.starter.codec.TypeCodec;
import java.util.ArrayList;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientService;
import org.springframework.security.oauth2.client.authentication.OAuth2AuthenticationToken;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.web.HttpSessionOAuth2AuthorizedClientRepository;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizedClientRepository;
import org.springframework.security.web.savedrequest.DefaultSavedRequest;

/** Teaches the codec what Spring Security puts into a session. */
@AutoConfiguration(
        before = CodecAutoConfiguration.class,
        beforeName = {
            "org.springframework.boot.security.oauth2.client.autoconfigure"
                    + ".OAuth2ClientAutoConfiguration",
            "org.springframework.boot.security.oauth2.client.autoconfigure.servlet"
                    + ".OAuth2ClientWebSecurityAutoConfiguration"
        })
@ConditionalOnClass({SecurityContext.class, DefaultSavedRequest.class})
public final class SecurityAutoConfiguration {
    @Bean
    TypeCodec concertinaSecurityContextCodec(ObjectProvider<LoginForm> others) {
        var forms = new ArrayList<>(LoginForms.all());
        others.orderedStream().forEach(forms::add);
        return new SecurityContextCodec(forms);
    }

    @Bean
    TypeCodec concertinaUserCodec() {
        return new UserCodec();
    }

    @Bean
    BeanForm concertinaAuthorityForm() {
        return AuthorityForm.form();
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

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(OAuth2AuthenticationToken.class)
    static class Oauth2 {
        @Bean
        LoginForm concertinaOauth2Login() {
            return new Oauth2Login();
        }

        @Bean
        TypeCodec concertinaOauth2UserCodec() {
            return new Oauth2UserCodec();
        }

        @Bean
        TypeCodec concertinaOauth2RequestCodec() {
            return new Oauth2RequestCodec();
        }

        @Bean
        TypeCodec concertinaOauth2ClientCodec(
                ObjectProvider<ClientRegistrationRepository> registrations) {
            return new Oauth2ClientCodec(id ->
                    Optional.ofNullable(registrations.getIfAvailable())
                            .flatMap(known -> Optional.ofNullable(known.findByRegistrationId(id))));
        }

        /** Boot's own keeps a user's tokens in one instance. */
        @Bean
        @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
        @ConditionalOnMissingBean({
            OAuth2AuthorizedClientRepository.class,
            OAuth2AuthorizedClientService.class
        })
        OAuth2AuthorizedClientRepository concertinaOauth2AuthorizedClientRepository() {
            return new HttpSessionOAuth2AuthorizedClientRepository();
        }
    }
}
