package dev.concertina.gateway.handover;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** File descriptors as numbers, by system call. */
final class Descriptors {
    // asm-generic/fcntl.h, the same on x86-64 and AArch64.
    private static final int O_CLOEXEC = 0x80000;

    private Descriptors() {}

    /**
     * Makes {@code number} mean what {@code descriptor} means; what it meant before is closed, in
     * one step (dup3(2)).
     */
    static void replace(int number, int descriptor) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(Calls.STATE);
            int result = (int) Calls.DUP3.invokeExact(state, descriptor, number, O_CLOEXEC);
            if (result < 0) {
                throw new IOException(
                        "dup3 of the inherited descriptor "
                                + descriptor
                                + " failed with errno "
                                + (int) Calls.ERRNO.get(state, 0L));
            }
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Looked up by a successor only, to keep the start short. */
    private static final class Calls {
        static final MemoryLayout STATE = Linker.Option.captureStateLayout();
        static final VarHandle ERRNO =
                STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
        static final MethodHandle DUP3 = dup3();

        @SuppressWarnings("restricted")
        private static MethodHandle dup3() {
            Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("dup3"),
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT),
                    Linker.Option.captureCallState("errno"));
        }
    }
}
