package dev.concertina.starter.security;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The same without Spring Security. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration(
        excludeName = {
            "org.springframework.boot.security.autoconfigure.web.servlet"
                    + ".ServletWebSecurityAutoConfiguration",
            "org.springframework.boot.security.autoconfigure.web.servlet"
                    + ".SecurityFilterAutoConfiguration",
            "org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration",
            "org.springframework.boot.security.autoconfigure.actuate.web.servlet"
                    + ".ManagementWebSecurityAutoConfiguration"
        })
@Import({ProtectedApplication.Pages.class, ProtectedApplication.Advice.class})
class OpenApplication {}
