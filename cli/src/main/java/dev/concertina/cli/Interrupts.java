package dev.concertina.cli;

import java.lang.reflect.Proxy;

/**
 * Ctrl-C, and the wish that we end, in our own hands. The JDK's signal class is named at run time
 * only, because the compiler warns of it and there is no other way to see a second Ctrl-C.
 */
final class Interrupts implements AutoCloseable {
    private static final String CTRL_C = "INT";
    private static final String END = "TERM";

    private final String signal;
    private final Object previous;

    private Interrupts(String signal, Object previous) {
        this.signal = signal;
        this.previous = previous;
    }

    /** Runs the action, on a thread of its own, at each Ctrl-C until closed. */
    static Interrupts handledBy(Runnable action) {
        return handledBy(CTRL_C, action);
    }

    /**
     * The same when a supervisor asks us to end (SIGTERM); the JVM goes on until the action ends
     * it.
     */
    static Interrupts endHandledBy(Runnable action) {
        return handledBy(END, action);
    }

    private static Interrupts handledBy(String signal, Runnable action) {
        try {
            var handlerType = Class.forName("sun.misc.SignalHandler");
            var handler =
                    Proxy.newProxyInstance(
                            handlerType.getClassLoader(),
                            new Class<?>[] {handlerType},
                            (proxy, method, arguments) -> {
                                if (method.getName().equals("handle")) {
                                    action.run();
                                    return null;
                                }
                                return method.getName().equals("hashCode")
                                        ? (Object) System.identityHashCode(proxy)
                                        : method.getName().equals("equals")
                                                ? (Object) false
                                                : "interrupts";
                            });
            return new Interrupts(signal, handle(signal, handler));
        } catch (ReflectiveOperationException e) {
            return new Interrupts(signal, "");
        }
    }

    private static Object handle(String name, Object handler) throws ReflectiveOperationException {
        var signalType = Class.forName("sun.misc.Signal");
        var handlerType = Class.forName("sun.misc.SignalHandler");
        var signal = signalType.getConstructor(String.class).newInstance(name);
        var previous =
                signalType
                        .getMethod("handle", signalType, handlerType)
                        .invoke(null, signal, handler);
        return previous == null ? "" : previous;
    }

    @Override
    public void close() {
        if (previous instanceof String) {
            return;
        }
        try {
            handle(signal, previous);
        } catch (ReflectiveOperationException e) {
            // Ours stays in place; the process is about to end.
        }
    }
}
