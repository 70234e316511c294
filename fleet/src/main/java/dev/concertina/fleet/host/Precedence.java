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
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Who goes first on the processors. A process that gives way has a longer slice: how long a thread
 * keeps a processor before another may have it, {@code sched_runtime} of sched_setattr(2) for
 * ordinary threads, since Linux 6.12. One that wakes with a shorter slice gets the processor of one
 * with a longer slice at once; the share each gets is not changed. Whoever owns a process may set
 * it both ways. A nice value cannot be given back by everybody (RLIMIT_NICE, CAP_SYS_NICE); where
 * it can, a process that gives way has a higher one too, and a smaller share while processors are
 * short. New threads and processes inherit both.
 */
public final class Precedence {
    /** Longer than any kernel's own. */
    static final Duration SLICE = Duration.ofMillis(20);

    /**
     * A quarter of another's share: a start must come to its end on a machine that is short. No
     * value that people choose for their programs: it is how we know our own again.
     */
    static final int NICER = 6;

    private static final int NICE_MAX = 19;

    private record Numbers(long set, long get) {}

    private static final Map<String, Numbers> NUMBERS =
            Map.of("amd64", new Numbers(314, 315), "aarch64", new Numbers(274, 275));
    private static final int SIZE = 48;
    private static final int NICE = 16;
    private static final int RUNTIME = 24;
    private static final int PASSES = 5;
    private static final Optional<Calls> CALLS = Calls.find();

    /** What this process has, and with it those it starts. */
    private static final int OWN = nice(0).orElse(0);

    private Precedence() {}

    /** Apart, because a thread takes part in it that needs the class around it. */
    private static final class Trial {
        static final boolean RETURNS = returns();
    }

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

        /** What is seen in, or done with, the attributes of a thread; empty if it has ended. */
        <T> Optional<T> attributes(long thread, Function<MemorySegment, T> use) {
            try (var arena = Arena.ofConfined()) {
                var attributes = arena.allocate(SIZE, Long.BYTES);
                return call(numbers.get(), thread, attributes, SIZE)
                        ? Optional.of(use.apply(attributes))
                        : Optional.empty();
            }
        }

        boolean set(long thread, MemorySegment attributes) {
            return call(numbers.set(), thread, attributes, 0);
        }
    }

    /**
     * The slice of a thread.
     *
     * @param thread its id; 0: the caller
     * @return empty where the kernel knows none
     */
    public static OptionalLong nanos(long thread) {
        return CALLS.isEmpty()
                ? OptionalLong.empty()
                : CALLS.get()
                        .attributes(thread, each -> each.get(ValueLayout.JAVA_LONG, RUNTIME))
                        .filter(runtime -> runtime > 0)
                        .map(OptionalLong::of)
                        .orElse(OptionalLong.empty());
    }

    /** The nice value of a thread; empty where nobody can tell. */
    static OptionalInt nice(long thread) {
        return CALLS.isEmpty()
                ? OptionalInt.empty()
                : CALLS.get()
                        .attributes(thread, each -> each.get(ValueLayout.JAVA_INT, NICE))
                        .map(OptionalInt::of)
                        .orElse(OptionalInt.empty());
    }

    /** Whether a nice value that was raised can be lowered again; a thread tries it and ends. */
    private static boolean returns() {
        if (CALLS.isEmpty() || OWN == NICE_MAX) {
            return false;
        }
        var tried = new AtomicBoolean();
        var thread = Thread.ofPlatform().start(() -> tried.set(become(OWN + 1) && become(OWN)));
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return tried.get();
    }

    private static boolean become(int value) {
        return CALLS.orElseThrow()
                .attributes(
                        0,
                        each -> {
                            each.set(ValueLayout.JAVA_INT, NICE, value);
                            return CALLS.orElseThrow().set(0, each);
                        })
                .orElse(false);
    }

    /** Whether nice values are used. */
    static boolean usesNice() {
        return Trial.RETURNS;
    }

    /** Whether the kernel has such a thing. */
    public static boolean available() {
        return nanos(0).isPresent();
    }

    /**
     * For all threads of a process, and those they begin from then on.
     *
     * @param givesWay else everything is as if it never had
     * @return whether it was said: not to a process that has ended
     */
    public static boolean say(ProcessIdentity identity, boolean givesWay) {
        boolean same =
                ProcStat.of(identity.pid())
                        .filter(stat -> stat.startTime() == identity.startTime())
                        .isPresent();
        return same && available() && said(identity.pid(), givesWay);
    }

    private static boolean said(long pid, boolean givesWay) {
        Set<String> done = new HashSet<>();
        // A thread may have begun another with what it had before.
        for (int pass = 0; pass < PASSES; pass++) {
            var fresh = threads(pid).stream().filter(done::add).toList();
            if (fresh.isEmpty()) {
                break;
            }
            fresh.forEach(thread -> say(Long.parseLong(thread), givesWay));
        }
        return !done.isEmpty();
    }

    private static void say(long thread, boolean givesWay) {
        var calls = CALLS.orElseThrow();
        // One that has ended meanwhile needs none.
        var _ =
                calls.attributes(
                        thread,
                        each -> {
                            // Zero is the kernel's own.
                            each.set(
                                    ValueLayout.JAVA_LONG, RUNTIME, givesWay ? SLICE.toNanos() : 0);
                            int nice = each.get(ValueLayout.JAVA_INT, NICE);
                            each.set(ValueLayout.JAVA_INT, NICE, next(nice, givesWay));
                            return calls.set(thread, each);
                        });
    }

    /** What a program gave itself stays. */
    private static int next(int nice, boolean givesWay) {
        int nicer = Math.min(NICE_MAX, OWN + NICER);
        int from = givesWay ? OWN : nicer;
        int to = givesWay ? nicer : OWN;
        return Trial.RETURNS && nice == from ? to : nice;
    }

    private static List<String> threads(long pid) {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
            return tasks.map(task -> task.getFileName().toString()).toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}
