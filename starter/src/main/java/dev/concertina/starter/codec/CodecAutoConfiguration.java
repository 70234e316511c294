package dev.concertina.starter.codec;

import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.ClassUtils;
import org.springframework.web.servlet.FlashMap;

/** One codec for everything that is kept outside the instance. */
@AutoConfiguration
@EnableConfigurationProperties(CodecSettings.class)
public final class CodecAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean
    ValueCodec concertinaValueCodec(
            ObjectProvider<TypeCodec> codecs,
            ObjectProvider<BeanForm> forms,
            CodecSettings settings,
            BeanFactory beans) {
        var packages = new ArrayList<>(settings.packages());
        if (AutoConfigurationPackages.has(beans)) {
            packages.addAll(AutoConfigurationPackages.get(beans));
        }
        var loader = ClassUtils.getDefaultClassLoader();
        return new ValueCodec(
                codecs.orderedStream().toList(),
                forms.orderedStream().toList(),
                name -> isIn(packages, name),
                loader == null ? ClassLoader.getSystemClassLoader() : loader);
    }

    private static boolean isIn(List<String> packages, String className) {
        return packages.stream().anyMatch(p -> !p.isEmpty() && className.startsWith(p + "."));
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(FlashMap.class)
    static class Mvc {
        @Bean
        TypeCodec concertinaFlashMapCodec() {
            return new FlashMapCodec();
        }

        @Bean
        TypeCodec concertinaBindingResultCodec() {
            return new BindingResultCodec();
        }
    }
}
