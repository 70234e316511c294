package dev.concertina.fleet;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;

/**
 * Leaves the terminal's session (setsid(2)), so that no Ctrl-C or hang-up meant for a command line
 * reaches the fleet. A process that leads its group already, as one started through setsid(1) does,
 * stays as it is.
 */
final class OwnSession {
    private OwnSession() {}

    @SuppressWarnings("restricted")
    static void begin() {
        Linker linker = Linker.nativeLinker();
        linker.defaultLookup()
                .find("setsid")
                .ifPresent(address -> {
                    var setsid =
                            linker.downcallHandle(
                                    address, FunctionDescriptor.of(ValueLayout.JAVA_INT));
                    try {
                        int session = (int) setsid.invokeExact();
                        assert session != 0;
                    } catch (Throwable e) {
                        throw new IllegalStateException("setsid could not be called", e);
                    }
                });
    }
}
