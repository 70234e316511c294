package dev.concertina.starter.observe;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverPropertyInfo;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** A driver that does nothing, except that it fails where the text says so. */
public final class FakeDriver implements Driver {
    static final String URL = "jdbc:fake:db";

    @Override
    public Connection connect(String url, Properties properties) {
        return of(
                Connection.class,
                (self, method, args) ->
                        switch (method.getName()) {
                            case "prepareStatement" -> statement(PreparedStatement.class);
                            case "createStatement" -> statement(Statement.class);
                            case "isValid", "getAutoCommit" -> true;
                            default -> nothing(method.getReturnType());
                        });
    }

    private static <T extends Statement> T statement(Class<T> type) {
        return of(
                type,
                (self, method, args) -> {
                    if (args != null
                            && args.length > 0
                            && String.valueOf(args[0]).contains("fail")) {
                        throw new SQLException("told to fail", "42000");
                    }
                    return nothing(method.getReturnType());
                });
    }

    private static @Nullable Object nothing(Class<?> type) {
        if (type == boolean.class) {
            return false;
        }
        return type == int.class ? 0 : null;
    }

    private static <T> T of(Class<T> type, InvocationHandler handler) {
        return type.cast(
                Proxy.newProxyInstance(
                        FakeDriver.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    @Override
    public boolean acceptsURL(String url) {
        return url.equals(URL);
    }

    @Override
    public DriverPropertyInfo[] getPropertyInfo(String url, Properties properties) {
        return new DriverPropertyInfo[0];
    }

    @Override
    public int getMajorVersion() {
        return 1;
    }

    @Override
    public int getMinorVersion() {
        return 0;
    }

    @Override
    public boolean jdbcCompliant() {
        return false;
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getGlobal();
    }
}
