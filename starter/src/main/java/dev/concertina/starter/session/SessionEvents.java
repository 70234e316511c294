package dev.concertina.starter.session;

import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionAttributeListener;
import jakarta.servlet.http.HttpSessionBindingEvent;
import jakarta.servlet.http.HttpSessionBindingListener;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionIdListener;
import jakarta.servlet.http.HttpSessionListener;
import java.util.EventListener;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an application hears of its sessions, as the servlet specification says (Jakarta Servlet
 * 6.1, 7.4 and 11.3): its listeners, values that want to know where they are put, session-scoped
 * beans. One that fails is logged; the others hear all the same.
 */
final class SessionEvents {
    private static final Logger log = LoggerFactory.getLogger(SessionEvents.class);

    private final Supplier<List<EventListener>> source;
    private final SessionBeans beans;
    private volatile @Nullable List<EventListener> listeners;

    /**
     * @param source asked once, when something happens first: by then everybody has registered
     */
    SessionEvents(Supplier<List<EventListener>> source, SessionBeans beans) {
        this.source = source;
        this.beans = beans;
    }

    void created(HttpSession session) {
        var event = new HttpSessionEvent(session);
        tell(HttpSessionListener.class, listener -> listener.sessionCreated(event));
    }

    /** While it can still be read; the last to register hears first. */
    void destroyed(HttpSession session) {
        var event = new HttpSessionEvent(session);
        for (var listener : listeners().reversed()) {
            if (listener instanceof HttpSessionListener one) {
                safely(one, () -> one.sessionDestroyed(event));
            }
        }
    }

    void idChanged(HttpSession session, String before) {
        var event = new HttpSessionEvent(session);
        tell(HttpSessionIdListener.class, listener -> listener.sessionIdChanged(event, before));
    }

    /**
     * @param before what the name stood for until now
     */
    void put(HttpSession session, String name, Object value, @Nullable Object before) {
        @SuppressWarnings("ReferenceEquality") // a listener is told about objects, not values
        boolean other = before != value;
        if (other && value instanceof HttpSessionBindingListener bound) {
            var event = new HttpSessionBindingEvent(session, name, value);
            safely(bound, () -> bound.valueBound(event));
        }
        if (before == null) {
            var event = new HttpSessionBindingEvent(session, name, value);
            tell(HttpSessionAttributeListener.class, listener -> listener.attributeAdded(event));
            return;
        }
        var event = new HttpSessionBindingEvent(session, name, before);
        if (other && before instanceof HttpSessionBindingListener bound) {
            safely(bound, () -> bound.valueUnbound(event));
        }
        tell(HttpSessionAttributeListener.class, listener -> listener.attributeReplaced(event));
    }

    void removed(HttpSession session, String name, Object before) {
        var event = new HttpSessionBindingEvent(session, name, before);
        if (before instanceof HttpSessionBindingListener bound) {
            safely(bound, () -> bound.valueUnbound(event));
        }
        tell(HttpSessionAttributeListener.class, listener -> listener.attributeRemoved(event));
    }

    /** The session has ended, and with it what it held. */
    void dropped(HttpSession session, String name, Object value) {
        removed(session, name, value);
        if (beans.has(name)) {
            safely(value, () -> beans.destroy(name, value));
        }
    }

    /** Whether an attribute is a session-scoped bean, which is destroyed with its session. */
    boolean isBean(String name) {
        return beans.has(name);
    }

    /** A value as it came from the store; a bean gets back what is injected into it. */
    void restored(String name, Object value) {
        if (beans.has(name)) {
            beans.wire(value);
        }
    }

    private <T extends EventListener> void tell(Class<T> kind, Consumer<T> event) {
        for (var listener : listeners()) {
            if (kind.isInstance(listener)) {
                safely(listener, () -> event.accept(kind.cast(listener)));
            }
        }
    }

    private List<EventListener> listeners() {
        var known = listeners;
        if (known == null) {
            known = List.copyOf(source.get());
            listeners = known;
        }
        return known;
    }

    private static void safely(Object whom, Runnable event) {
        try {
            event.run();
        } catch (RuntimeException e) {
            log.warn("{} failed when it was told of a session", whom.getClass().getName(), e);
        }
    }
}
