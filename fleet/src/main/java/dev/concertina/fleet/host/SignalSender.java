package dev.concertina.fleet.host;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * Sends signals by system call. On Linux the process is held by a descriptor (pidfd_open(2), Linux
 * 5.3) while its identity is checked, so a signal cannot reach another process that was given the
 * pid in between. Where there are no such descriptors, kill(2) right after the check leaves a gap
 * of microseconds in which a pid would have to be freed and handed out again.
 */
final class SignalSender {
    // The same on every architecture since the tables were unified (asm-generic/unistd.h).
    private static final long SYS_PIDFD_SEND_SIGNAL = 424;
    private static final long SYS_PIDFD_OPEN = 434;
    private static final int ESRCH = 3;

    private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final Linker.Option CAPTURE = Linker.Option.captureCallState("errno");

    private final ProcessTable table;
    private final boolean descriptors = System.getProperty("os.name").equals("Linux");
    private final boolean bsdNumbers = System.getProperty("os.name").startsWith("Mac");

    SignalSender(ProcessTable table) {
        this.table = table;
    }

    /**
     * Does nothing if no process with this identity runs.
     *
     * @throws HostException if the process runs and may not be signalled
     */
    void send(ProcessIdentity to, Signal signal) {
        if (!table.runs(to)) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            int errno = descriptors ? sendHeld(state, to, signal) : kill(state, to, signal);
            if (errno != 0 && errno != ESRCH) {
                throw new HostException(
                        "process "
                                + to.pid()
                                + ": signal "
                                + signal
                                + " was refused (errno "
                                + errno
                                + "). Run the fleet as the user who owns the process, see: ps -o"
                                + " user= -p "
                                + to.pid());
            }
        }
    }

    private int sendHeld(MemorySegment state, ProcessIdentity to, Signal signal) {
        long fd = syscall(state, SYS_PIDFD_OPEN, to.pid(), 0);
        if (fd < 0) {
            // Not known before Linux 5.3, forbidden by some sandboxes; ESRCH shows again below.
            return kill(state, to, signal);
        }
        try {
            if (!table.runs(to)) {
                return 0;
            }
            long sent = syscall(state, SYS_PIDFD_SEND_SIGNAL, fd, number(signal));
            return sent == 0 ? 0 : errno(state);
        } finally {
            close(fd);
        }
    }

    private int kill(MemorySegment state, ProcessIdentity to, Signal signal) {
        if (!table.runs(to)) {
            return 0;
        }
        try {
            int sent = (int) Calls.KILL.invokeExact(state, (int) to.pid(), number(signal));
            return sent == 0 ? 0 : errno(state);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private long syscall(MemorySegment state, long call, long first, long second) {
        try {
            return (long)
                    Calls.SYSCALL.invokeExact(state, call, first, second, MemorySegment.NULL, 0L);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private void close(long fd) {
        try {
            int _ = (int) Calls.CLOSE.invokeExact((int) fd);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static int errno(MemorySegment state) {
        return (int) ERRNO.get(state, 0L);
    }

    private int number(Signal signal) {
        return switch (signal) {
            case HUP -> 1;
            case INT -> 2;
            case QUIT -> 3;
            case USR1 -> bsdNumbers ? 30 : 10;
            case KILL -> 9;
            case TERM -> 15;
            case STOP -> bsdNumbers ? 17 : 19;
            case CONT -> bsdNumbers ? 19 : 18;
        };
    }

    /** The C functions, looked up at the first signal to keep the start short. */
    private static final class Calls {
        static final MethodHandle KILL =
                function("kill", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT), CAPTURE);
        static final MethodHandle CLOSE =
                function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        static final MethodHandle SYSCALL =
                function(
                        "syscall",
                        FunctionDescriptor.of(
                                JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG),
                        CAPTURE,
                        Linker.Option.firstVariadicArg(1));

        @SuppressWarnings("restricted")
        private static MethodHandle function(
                String name, FunctionDescriptor descriptor, Linker.Option... options) {
            Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(
                    linker.defaultLookup().findOrThrow(name), descriptor, options);
        }
    }
}
