package dev.concertina.fleet.host;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How long a thread keeps a processor before another may have it: {@code sched_runtime} of
 * sched_setattr(2) for ordinary threads, since Linux 6.12. One that wakes with a shorter slice gets
 * the processor of one with a longer slice at once; the share each gets is not changed. Whoever
 * owns a process may set it both ways, unlike its nice value. New threads and processes inherit it.
 */
public final class TimeSlice {
    /** The kernel's own. */
    public static final Duration ORDINARY = Duration.ZERO;

    private record Numbers(long set, long get) {}

    private static final Map<String, Numbers> NUMBERS =
            Map.of("amd64", new Numbers(314, 315), "aarch64", new Numbers(274, 275));
    private static final int SIZE = 48;
    private static final int RUNTIME = 24;
    private static final int PASSES = 5;
    private static final Optional<Calls> CALLS = Calls.find();

    private TimeSlice() {}

    /** The two calls of the kernel, where there are such. */
    private record Calls(MethodHandle syscall, Numbers numbers) {
        @SuppressWarnings("restricted")
        static Optional<Calls> find() {
            var numbers = Optional.ofNullable(NUMBERS.get(System.getProperty("os.arch", "")));
            if (numbers.isEmpty() || !System.getProperty("os.name", "").equals("Linux")) {
                return Optional.empty();
            }
            var linker = Linker.nativeLinker();
            return linker.defaultLookup()
                    .find("syscall")
                    .map(address ->
                            linker.downcallHandle(
                                    address,
                                    FunctionDescriptor.of(
                                            ValueLayout.JAVA_LONG,
                                            ValueLayout.JAVA_LONG,
                                            ValueLayout.JAVA_LONG,
                                            ValueLayout.ADDRESS,
                                            ValueLayout.JAVA_LONG,
                                            ValueLayout.JAVA_LONG),
                                    Linker.Option.firstVariadicArg(1)))
                    .map(syscall -> new Calls(syscall, numbers.get()));
        }

        private boolean call(long number, long thread, MemorySegment attributes, long size) {
            try {
                return (long) syscall.invokeExact(number, thread, attributes, size, 0L) == 0;
            } catch (Throwable e) {
                throw new IllegalStateException("the kernel could not be called", e);
            }
        }

        boolean get(long thread, MemorySegment attributes) {
            return call(numbers.get(), thread, attributes, SIZE);
        }

        boolean set(long thread, MemorySegment attributes) {
            return call(numbers.set(), thread, attributes, 0);
        }
    }

    /**
     * What a thread has.
     *
     * @param thread its id; 0: the caller
     * @return empty where the kernel knows none
     */
    public static OptionalLong nanos(long thread) {
        if (CALLS.isEmpty()) {
            return OptionalLong.empty();
        }
        try (var arena = Arena.ofConfined()) {
            var attributes = arena.allocate(SIZE, Long.BYTES);
            long runtime = 0;
            if (CALLS.get().get(thread, attributes)) {
                runtime = attributes.get(ValueLayout.JAVA_LONG, RUNTIME);
            }
            return runtime == 0 ? OptionalLong.empty() : OptionalLong.of(runtime);
        }
    }

    /** Whether the kernel has such a thing. */
    public static boolean available() {
        return nanos(0).isPresent();
    }

    /**
     * For all threads of a process, and those they begin from then on.
     *
     * @param slice 100 us to 100 ms; {@link #ORDINARY} gives it back
     * @return whether it was said: not to a process that has ended
     */
    public static boolean give(ProcessIdentity identity, Duration slice) {
        boolean same =
                ProcStat.of(identity.pid())
                        .filter(stat -> stat.startTime() == identity.startTime())
                        .isPresent();
        return same && available() && given(identity.pid(), slice);
    }

    private static boolean given(long pid, Duration slice) {
        Set<String> done = new HashSet<>();
        // A thread may have begun another with what it had before.
        for (int pass = 0; pass < PASSES; pass++) {
            var fresh = threads(pid).stream().filter(done::add).toList();
            if (fresh.isEmpty()) {
                break;
            }
            fresh.forEach(thread -> give(Long.parseLong(thread), slice));
        }
        return !done.isEmpty();
    }

    private static void give(long thread, Duration slice) {
        var calls = CALLS.orElseThrow();
        try (var arena = Arena.ofConfined()) {
            var attributes = arena.allocate(SIZE, Long.BYTES);
            if (calls.get(thread, attributes)) {
                attributes.set(ValueLayout.JAVA_LONG, RUNTIME, slice.toNanos());
                // One that has ended meanwhile needs none.
                var _ = calls.set(thread, attributes);
            }
        }
    }

    private static List<String> threads(long pid) {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
            return tasks.map(task -> task.getFileName().toString()).toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}
