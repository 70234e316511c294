package dev.concertina.starter.session;

import jakarta.servlet.http.HttpSessionAttributeListener;
import jakarta.servlet.http.HttpSessionIdListener;
import jakarta.servlet.http.HttpSessionListener;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EventListener;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.boot.web.servlet.ServletListenerRegistrationBean;
import org.springframework.context.ApplicationContext;
import org.springframework.core.annotation.AnnotationAwareOrderComparator;
import org.springframework.util.ClassUtils;

/** Everybody in an application who listens to sessions: beans, and what the container knows. */
final class RegisteredListeners implements Supplier<List<EventListener>> {
    private static final String TOMCAT = "org.springframework.boot.tomcat.TomcatWebServer";

    private final ApplicationContext context;

    RegisteredListeners(ApplicationContext context) {
        this.context = context;
    }

    @Override
    @SuppressWarnings("rawtypes") // a class object has no type arguments
    public List<EventListener> get() {
        var found = new ArrayList<EventListener>();
        found.addAll(beans(context, HttpSessionListener.class));
        found.addAll(beans(context, HttpSessionIdListener.class));
        found.addAll(beans(context, HttpSessionAttributeListener.class));
        for (var bean : beans(context, ServletListenerRegistrationBean.class)) {
            if (bean.isEnabled()) {
                found.add(bean.getListener());
            }
        }
        AnnotationAwareOrderComparator.sort(found);
        if (context instanceof ServletWebServerApplicationContext web
                && web.getWebServer() != null
                && ClassUtils.isPresent(TOMCAT, getClass().getClassLoader())) {
            found.addAll(TomcatListeners.of(web.getWebServer()));
        }
        // Most are found twice.
        var once = Collections.<EventListener>newSetFromMap(new IdentityHashMap<>());
        found.removeIf(listener -> !once.add(listener));
        return found;
    }

    private static <T> List<T> beans(ListableBeanFactory beans, Class<T> type) {
        return beans.getBeanProvider(type).orderedStream().toList();
    }
}
