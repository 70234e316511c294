package dev.concertina.starter.database;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** The primary, whose connections tell for whom something was written. */
final class WatchedPrimary extends DelegatingDataSource {
    WatchedPrimary(DataSource primary) {
        super(primary);
    }

    @Override
    public Connection getConnection() throws SQLException {
        return watched(super.getConnection());
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return watched(super.getConnection(user, password));
    }

    private static Connection watched(Connection connection) {
        return (Connection)
                Proxy.newProxyInstance(
                        WatchedPrimary.class.getClassLoader(),
                        new Class<?>[] {Connection.class},
                        new Watch(connection));
    }

    private static @Nullable Object call(Object target, Method method, Object @Nullable [] args)
            throws Throwable {
        try {
            return method.invoke(target, args);
        } catch (InvocationTargetException e) {
            throw e.getTargetException();
        }
    }

    /** One loan. */
    private static final class Watch implements InvocationHandler {
        private final Connection connection;

        /** Whether anything since the last commit may have written. */
        private boolean dirty;

        Watch(Connection connection) {
            this.connection = connection;
        }

        @Override
        @SuppressWarnings("ReferenceEquality")
        public @Nullable Object invoke(Object self, Method method, Object @Nullable [] args)
                throws Throwable {
            return switch (method.getName()) {
                case "equals" -> args != null && self == args[0];
                case "hashCode" -> System.identityHashCode(self);
                case "prepareStatement", "prepareCall", "nativeSQL" -> {
                    look(args);
                    yield call(connection, method, args);
                }
                case "createStatement" -> statement((Connection) self, method, args);
                // Each may be the end of a transaction, and told even if it fails: it may have
                // succeeded at the server.
                case "commit", "setAutoCommit", "close", "abort" -> {
                    try {
                        yield call(connection, method, args);
                    } finally {
                        tell();
                    }
                }
                default -> call(connection, method, args);
            };
        }

        private void look(Object @Nullable [] args) {
            if (args != null && args.length > 0 && args[0] instanceof String sql) {
                dirty |= Sql.mayWrite(sql);
            }
        }

        private void tell() {
            if (dirty) {
                Freshness.current().wrote();
            }
        }

        private Statement statement(Connection self, Method method, Object @Nullable [] args)
                throws Throwable {
            var statement = (Statement) call(connection, method, args);
            return (Statement)
                    Proxy.newProxyInstance(
                            WatchedPrimary.class.getClassLoader(),
                            new Class<?>[] {Statement.class},
                            (proxy, called, given) -> {
                                if (called.getName().equals("getConnection")) {
                                    return self;
                                }
                                if (called.getName().startsWith("execute")
                                        || called.getName().equals("addBatch")) {
                                    look(given);
                                }
                                return call(Objects.requireNonNull(statement), called, given);
                            });
        }
    }
}
