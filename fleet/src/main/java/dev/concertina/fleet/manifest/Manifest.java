package dev.concertina.fleet.manifest;

import dev.concertina.contract.Balance;
import dev.concertina.contract.Policies;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SequencedMap;

/**
 * What was asked, complete: every default is filled in. Paths are absolute. Values of {@code env}
 * and credentials still hold their references ({@code ${env:X}}, {@code ${file:X}}, {@code
 * ${secret:X}}), so a manifest can be printed without leaking anything.
 *
 * @param file the file it was read from; for {@code up app.jar} a file that need not exist
 */
public record Manifest(
        Path file,
        App app,
        Instances instances,
        Services services,
        Listener gateway,
        Rollout rollout,
        Optional<Autoscale> autoscale,
        Verify verify,
        Logs logs) {

    /** With the logs as they are kept by default. */
    public Manifest(
            Path file,
            App app,
            Instances instances,
            Services services,
            Listener gateway,
            Rollout rollout,
            Optional<Autoscale> autoscale,
            Verify verify) {
        this(file, app, instances, services, gateway, rollout, autoscale, verify, Logs.usual());
    }

    /** The same with so many instances behind that listener. */
    public Manifest with(Instances other, Listener listener) {
        return new Manifest(file, app, other, services, listener, rollout, autoscale, verify, logs);
    }

    /**
     * Journal, releases, logs, service data, secrets and sockets: {@code .concertina/} beside it.
     */
    public Path stateDirectory() {
        return file.toAbsolutePath().resolveSibling(".concertina");
    }

    /** Everything the gateway does with requests besides choosing an instance. */
    public Policies policies() {
        return EffectivePolicies.of(this);
    }

    /**
     * The application.
     *
     * @param java the {@code java} program for a jar; empty: the newest JDK found that can run it
     * @param drain the longest a request in flight may go on after its instance stopped taking new
     *     ones
     * @param restart when a slot whose processes end again and again is given up; empty: never
     */
    public record App(
            String name,
            Program program,
            Optional<Path> java,
            SequencedMap<String, String> env,
            Health health,
            Duration drain,
            Memory memory,
            Start start,
            Optional<CrashLoop> restart,
            Limits limits) {

        /** With the defaults of everything else. */
        public App(
                String name,
                Program program,
                Optional<Path> java,
                SequencedMap<String, String> env,
                Health health,
                Duration drain,
                Memory memory) {
            this(
                    name,
                    program,
                    java,
                    env,
                    health,
                    drain,
                    memory,
                    Start.usual(program),
                    Optional.of(CrashLoop.usual()),
                    Limits.none());
        }
    }

    /** What one instance runs. */
    public sealed interface Program {
        /** A runnable jar, with options for the JVM before it and arguments after it. */
        record Jar(Path path, List<String> jvmOptions, List<String> arguments) implements Program {}

        /** Any program; the word {@code {port}} stands for the instance's port. */
        record Command(List<String> words, Path directory) implements Program {}
    }

    /**
     * When an instance counts as ready.
     *
     * @param ready path; empty: found by asking the first instance for the usual ones
     * @param live path; empty: liveness is the process being alive
     * @param rise consecutive passes that make it ready
     * @param fall consecutive failures that make it unready
     * @param startWithin after this long without becoming ready a start has failed
     */
    public record Health(
            Optional<String> ready,
            Optional<String> live,
            Duration every,
            Duration timeout,
            int rise,
            int fall,
            Duration startWithin) {}

    /** Bytes of resident memory above which an instance is drained and started again. */
    public record Memory(OptionalLong restartAbove) {}

    /**
     * What makes a start fast.
     *
     * @param unpack whether a Spring Boot jar is unpacked once for each release
     * @param aot whether an AOT cache is trained for each release and used from then on
     * @param libraries whether the classes of its libraries are archived for every release that has
     *     the same
     * @param warmUp what an instance is asked before it gets requests; empty: nothing
     * @param giveWay whether what serves interrupts it until it is ready
     */
    public record Start(
            boolean unpack,
            boolean aot,
            boolean libraries,
            Optional<WarmUp> warmUp,
            boolean giveWay) {
        /** Programs of other kinds are started as they are. */
        static Start usual(Program program) {
            return program instanceof Program.Jar
                    ? new Start(true, true, true, Optional.of(WarmUp.usual()), true)
                    : new Start(false, false, false, Optional.empty(), true);
        }
    }

    /**
     * Requests that nobody waits for.
     *
     * @param paths asked with GET in turn; none: the path of readiness
     * @param count how often each
     * @param within after this long the instance gets requests anyhow
     */
    public record WarmUp(List<String> paths, int count, Duration within) {
        public WarmUp {
            paths = List.copyOf(paths);
        }

        static WarmUp usual() {
            return new WarmUp(List.of(), 20, Duration.ofSeconds(10));
        }
    }

    /**
     * @param crashes that many ends within the time, and a slot is not started again
     */
    public record CrashLoop(int crashes, Duration within) {
        static CrashLoop usual() {
            return new CrashLoop(10, Duration.ofMinutes(10));
        }
    }

    /**
     * What the operating system refuses an instance beyond.
     *
     * @param files open at one moment
     * @param memory bytes of private memory it may write to
     */
    public record Limits(OptionalInt files, OptionalLong memory) {
        static Limits none() {
            return new Limits(OptionalInt.empty(), OptionalLong.empty());
        }
    }

    /**
     * @param size of a log file in bytes, beyond which it is begun anew
     * @param keep how many earlier parts of each are kept
     * @param ended how many logs of instances that are gone are kept
     */
    public record Logs(long size, int keep, int ended) {
        static Logs usual() {
            return new Logs(16L << 20, 3, 20);
        }
    }

    /** How many. {@code min == max} unless autoscaling is asked for. */
    public record Instances(int min, int max) {}

    /**
     * When the number of instances changes by itself: the HorizontalPodAutoscaler's words for local
     * processes.
     *
     * @param cpu target, in percent of the allowance
     * @param memory target, in percent of the allowance
     * @param milliCores of one instance, its allowance
     * @param bytes of one instance, its allowance
     * @param warmUp how long after its readiness an instance's load says nothing of the traffic
     * @param window over which usage is averaged
     * @param every pause between two decisions
     * @param tolerance around the target, in hundredths of a percent
     * @param up how it grows; empty: as without behavior, or by its defaults if the other is given
     * @param down how it shrinks
     */
    public record Autoscale(
            OptionalInt cpu,
            OptionalInt memory,
            int milliCores,
            long bytes,
            Duration warmUp,
            Duration window,
            Duration every,
            int tolerance,
            Optional<Direction> up,
            Optional<Direction> down) {

        /**
         * One side of {@code behavior}, as written.
         *
         * @param tolerance in hundredths of a percent
         */
        public record Direction(
                Optional<Duration> window,
                Optional<Select> select,
                List<Policy> policies,
                OptionalInt tolerance) {
            public Direction {
                policies = List.copyOf(policies);
            }
        }

        public enum Select {
            MAX,
            MIN,
            DISABLED
        }

        /** At most {@code value} instances, or percent of them, in any period of this length. */
        public record Policy(Unit type, int value, Duration period) {}

        public enum Unit {
            PODS,
            PERCENT
        }
    }

    public record Services(Optional<Service> redis, Optional<Service> postgres) {}

    /** Where a backing service comes from. */
    public sealed interface Service {
        /** Started and kept by the fleet, data under the state directory. */
        record Embedded() implements Service {}

        /** Runs elsewhere. */
        record External(URI url, Optional<String> user, Optional<String> password)
                implements Service {}
    }

    /**
     * Where clients come in, and what is done with their requests on the way.
     *
     * @param host address to bind; {@code 0.0.0.0} is every one
     * @param port 0 is any free one
     * @param securityHeaders whether {@link #policies()} adds the usual ones
     * @param metrics where operators read the gateway's figures
     * @param written the policies as written; {@link Manifest#policies()} has what follows from
     *     other keys too
     */
    public record Listener(
            String host,
            int port,
            Engine engine,
            Balance balance,
            boolean http2,
            Optional<Tls> tls,
            boolean securityHeaders,
            Optional<Address> metrics,
            Policies written) {

        /** With the defaults of everything else. */
        public Listener(String host, int port, Engine engine, Balance balance) {
            this(
                    host,
                    port,
                    engine,
                    balance,
                    true,
                    Optional.empty(),
                    true,
                    Optional.empty(),
                    Policies.defaults());
        }

        /** The same at another address. */
        public Listener at(Address address) {
            return new Listener(
                    address.host(),
                    address.port(),
                    engine,
                    balance,
                    http2,
                    tls,
                    securityHeaders,
                    metrics,
                    written);
        }
    }

    /** Where to listen. */
    public record Address(String host, int port) {
        @Override
        public String toString() {
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /**
     * The listener speaks TLS.
     *
     * @param certificates the first is for clients that name no host or an unknown one
     * @param redirect answers plain HTTP by sending the client to the listener
     * @param hsts how long browsers must come by TLS only (RFC 6797); empty: it is not said
     */
    public record Tls(
            List<Certificate> certificates, Optional<Address> redirect, Optional<Duration> hsts) {
        public Tls {
            certificates = List.copyOf(certificates);
        }
    }

    /** A chain and its key, both PEM files. */
    public record Certificate(Path certificate, Path key) {}

    public enum Engine {
        EMBEDDED,
        NGINX
    }

    /**
     * How a release replaces another.
     *
     * @param surge instances that may exist beyond the wanted number while it runs
     * @param watch how long a new release, or each share of it, is observed before the next move
     * @param steps shares of the requests in percent, rising to 100; empty for rolling
     * @param by what decides which release a request is for while two share them
     * @param byHand whether each step waits for {@code promote}
     * @param judge who compares the releases; empty: nobody
     */
    public record Rollout(
            Strategy strategy,
            int surge,
            Duration watch,
            List<Integer> steps,
            Division by,
            boolean byHand,
            Optional<Judging> judge) {
        public Rollout {
            steps = List.copyOf(steps);
        }

        /** Rolling. */
        public Rollout(Strategy strategy, int surge, Duration watch) {
            this(
                    strategy,
                    surge,
                    watch,
                    steps(strategy),
                    Division.usual(),
                    false,
                    strategy == Strategy.ROLLING ? Optional.empty() : Optional.of(Judging.usual()));
        }

        static Duration watch(Strategy strategy) {
            return Duration.ofSeconds(strategy == Strategy.ROLLING ? 3 : 30);
        }

        static List<Integer> steps(Strategy strategy) {
            return switch (strategy) {
                case ROLLING -> List.of();
                case BLUE_GREEN -> List.of(100);
                case CANARY -> List.of(5, 25, 100);
            };
        }

        /** Instances that may exist beyond {@code wanted} ones while it goes on. */
        public int extra(int wanted) {
            // Without one extra instance nobody could be replaced before he leaves.
            int one = Math.max(1, surge);
            return strategy == Strategy.ROLLING ? one : Math.max(one, wanted);
        }
    }

    public enum Strategy {
        ROLLING,
        BLUE_GREEN,
        CANARY
    }

    /**
     * How requests are told apart.
     *
     * @param name of the cookie or the field; empty for requests
     */
    public record Division(By by, String name) {
        static final String COOKIE = "concertina-release";

        public enum By {
            REQUEST,
            COOKIE,
            HEADER
        }

        static Division usual() {
            return new Division(By.COOKIE, COOKIE);
        }
    }

    /**
     * When a release is too bad.
     *
     * @param errors above the old release's, in hundredths of a percent of the requests
     * @param slower mean latency above the old release's, in hundredths of a percent of it
     * @param warmUp how long an instance's latency says nothing of its release
     */
    public record Judging(int errors, int slower, Duration warmUp) {
        static Judging usual() {
            return new Judging(2_00, 50_00, Duration.ofSeconds(20));
        }
    }

    /** What {@code verify} does besides what it can do for any application. */
    public record Verify(List<Journey> journeys, Load load) {}

    /** The open-model load under which failover and deploys are judged. */
    public record Load(int requestsPerSecond, Duration duration) {}

    /**
     * A user's way through the application: steps in order, in one cookie jar.
     *
     * @param name unique in the manifest
     * @param kind what the verifier may conclude from it
     */
    public record Journey(String name, Kind kind, List<Step> steps) {
        public enum Kind {
            /**
             * Steps without {@code repeat} establish state, in order, once; the steps with {@code
             * repeat} are then asked of every instance and must keep passing.
             */
            SESSION,
            /** Has no state: used as load. */
            STATELESS
        }
    }

    /**
     * One request and what must come back. In path, form, headers and expected body, {@code
     * ${name}} stands for a captured value, {@code ${unique}} for a value no other run uses.
     *
     * @param repeat a SESSION step that is checked on every instance
     * @param form sent as application/x-www-form-urlencoded when not empty
     * @param body sent as it is when present; excludes {@code form}
     * @param expectStatus empty: any status below 400
     * @param expectBody texts the body must contain
     * @param capture name to regular expression; its first group is the value
     */
    public record Step(
            String method,
            String path,
            boolean repeat,
            Map<String, String> headers,
            SequencedMap<String, String> form,
            Optional<String> body,
            Optional<Integer> expectStatus,
            List<String> expectBody,
            SequencedMap<String, String> capture) {}
}
