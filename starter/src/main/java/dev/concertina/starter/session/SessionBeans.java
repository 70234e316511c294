package dev.concertina.starter.session;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.web.context.WebApplicationContext;

/**
 * The application's session-scoped beans. Between two requests such a bean is a value in the store;
 * what Spring injected into it is not, and is injected again.
 */
interface SessionBeans {
    /** Whether an attribute of that name is one. */
    boolean has(String name);

    void wire(Object bean);

    void destroy(String name, Object bean);

    /** Those of a bean factory. */
    static SessionBeans of(ConfigurableListableBeanFactory beans) {
        return new SessionBeans() {
            @Override
            public boolean has(String name) {
                return beans.containsBeanDefinition(name)
                        && WebApplicationContext.SCOPE_SESSION.equals(
                                beans.getMergedBeanDefinition(name).getScope());
            }

            @Override
            public void wire(Object bean) {
                beans.autowireBean(bean);
            }

            @Override
            public void destroy(String name, Object bean) {
                beans.destroyBean(name, bean);
            }
        };
    }

    /** Where there is no bean factory. */
    SessionBeans NONE =
            new SessionBeans() {
                @Override
                public boolean has(String name) {
                    return false;
                }

                @Override
                public void wire(Object bean) {}

                @Override
                public void destroy(String name, Object bean) {}
            };
}
