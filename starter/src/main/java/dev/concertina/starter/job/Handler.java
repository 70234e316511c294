package dev.concertina.starter.job;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A method that does jobs.
 *
 * @param types names of its jobs, former ones too
 * @param payload class of what it takes; empty for a recurring one
 * @param attempts how often a job is started at most
 * @param recurrence when, for a recurring one
 */
record Handler(
        List<String> types,
        Optional<Class<?>> payload,
        String queue,
        boolean transactional,
        int attempts,
        Optional<Recurrence> recurrence,
        Object bean,
        Method method,
        List<Argument> arguments) {

    /** What one parameter gets. */
    enum Argument {
        PAYLOAD,
        CONTEXT,
        TENANT,
        TENANT_IF_ANY
    }

    String name() {
        return types.getFirst();
    }

    Optional<Duration> pause() {
        return recurrence.flatMap(Recurrence::pause);
    }

    /**
     * @throws Failed with what the method threw
     */
    void invoke(@Nullable Object value, JobContext context) {
        var given = new @Nullable Object[arguments.size()];
        for (int i = 0; i < given.length; i++) {
            given[i] =
                    switch (arguments.get(i)) {
                        case PAYLOAD -> value;
                        case CONTEXT -> context;
                        case TENANT ->
                                context.tenant()
                                        .orElseThrow(() ->
                                                new GiveUp(
                                                        "The job belongs to no tenant, but "
                                                                + method.getName()
                                                                + " wants one."));
                        case TENANT_IF_ANY -> context.tenant();
                    };
        }
        try {
            method.invoke(bean, given);
        } catch (InvocationTargetException e) {
            throw new Failed(e.getCause() == null ? e : e.getCause());
        } catch (IllegalAccessException e) {
            throw new Failed(e);
        }
    }

    /** Carries whatever a handler threw through a transaction. */
    static final class Failed extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final Throwable thrown;

        Failed(Throwable thrown) {
            super(null, thrown, false, false);
            this.thrown = thrown;
        }

        Throwable thrown() {
            return thrown;
        }
    }
}
