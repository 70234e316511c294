package dev.concertina.starter.observe;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Times every execution of a statement, and nothing else. */
final class ObservedStatements {
    static final String NAME = "database.query";
    private static final Set<String> OPERATIONS =
            Set.of("SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "WITH", "CALL");

    private final Supplier<ObservationRegistry> registry;

    ObservedStatements(Supplier<ObservationRegistry> registry) {
        this.registry = registry;
    }

    Connection around(Connection connection) {
        return proxy(
                Connection.class,
                new Calls(connection) {
                    @Override
                    @Nullable Object answer(Object self, Method method, Object @Nullable [] args)
                            throws Throwable {
                        var result = call(method, args);
                        return result instanceof Statement statement
                                ? around(statement, (Connection) self, text(args))
                                : result;
                    }
                });
    }

    // Only a prepared statement's text is free of values.
    private static Optional<String> text(Object @Nullable [] args) {
        return args != null && args.length > 0 && args[0] instanceof String sql
                ? Optional.of(sql)
                : Optional.empty();
    }

    private Statement around(Statement statement, Connection connection, Optional<String> text) {
        Class<? extends Statement> type =
                statement instanceof CallableStatement
                        ? CallableStatement.class
                        : statement instanceof PreparedStatement
                                ? PreparedStatement.class
                                : Statement.class;
        return proxy(
                type,
                new Calls(statement) {
                    @Override
                    @Nullable Object answer(Object self, Method method, Object @Nullable [] args)
                            throws Throwable {
                        var name = method.getName();
                        if (name.equals("getConnection")) {
                            return connection;
                        }
                        return name.startsWith("execute")
                                ? observed(text, args, () -> call(method, args))
                                : call(method, args);
                    }
                });
    }

    @SuppressWarnings("try")
    private @Nullable Object observed(
            Optional<String> text, Object @Nullable [] args, Execution execution) throws Throwable {
        var observing = registry.get();
        if (observing.isNoop()) {
            return execution.run();
        }
        var operation = operation(text.or(() -> text(args)));
        var observation =
                Observation.createNotStarted(NAME, () -> new ClientCall("database"), observing)
                        .contextualName(NAME + " " + operation)
                        .lowCardinalityKeyValue("operation", operation);
        text.ifPresent(sql -> observation.highCardinalityKeyValue("db.query.text", sql));
        observation.start();
        try (var scope = observation.openScope()) {
            return execution.run();
        } catch (Throwable failure) {
            observation.error(failure);
            throw failure;
        } finally {
            observation.stop();
        }
    }

    static String operation(Optional<String> sql) {
        return sql.map(text ->
                        text.stripLeading().split("[^A-Za-z]", 2)[0].toUpperCase(Locale.ROOT))
                .filter(OPERATIONS::contains)
                .orElse("OTHER");
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(
                Proxy.newProxyInstance(
                        ObservedStatements.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private interface Execution {
        @Nullable Object run() throws Throwable;
    }

    /** Everything goes to the driver's object, and its exceptions come back as they are. */
    private abstract static class Calls implements InvocationHandler {
        private final Object target;

        Calls(Object target) {
            this.target = target;
        }

        @Override
        @SuppressWarnings("ReferenceEquality")
        public @Nullable Object invoke(Object self, Method method, Object @Nullable [] args)
                throws Throwable {
            return switch (method.getName()) {
                case "equals" -> args != null && self == args[0];
                case "hashCode" -> System.identityHashCode(self);
                default -> answer(self, method, args);
            };
        }

        abstract @Nullable Object answer(Object self, Method method, Object @Nullable [] args)
                throws Throwable;

        final @Nullable Object call(Method method, Object @Nullable [] args) throws Throwable {
            try {
                return method.invoke(target, args);
            } catch (InvocationTargetException e) {
                throw e.getTargetException();
            }
        }
    }
}
