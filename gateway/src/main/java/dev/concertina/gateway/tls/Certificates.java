package dev.concertina.gateway.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;

/**
 * The certificates of one gateway. Event loops take handlers from it; one other thread looks at the
 * files now and then and replaces what has changed. Open connections keep what they began with.
 */
public final class Certificates {
    private static final Duration SOON = Duration.ofDays(14);
    // A loop may have chosen a context and not yet made its handler.
    private static final Duration RELEASE_AFTER = Duration.ofMinutes(1);
    private static final int HELLO_MAX = 64 * 1024;

    private final List<WatchedPair> pairs = new ArrayList<>();
    private final List<ServerNames.Served> served = new ArrayList<>();
    private final Deque<Retired> retired = new ArrayDeque<>();
    private final TicketKeys tickets;
    private final boolean http2;
    private final Duration handshake;
    private final Consumer<String> log;
    private volatile ServerNames names;

    private record Retired(SslContext context, Instant since) {}

    private Certificates(
            List<CertificateFiles> files,
            boolean http2,
            Duration handshake,
            Instant now,
            Consumer<String> log)
            throws IOException {
        this.http2 = http2;
        this.handshake = handshake;
        this.log = log;
        this.tickets = new TicketKeys(now);
        for (CertificateFiles each : files) {
            WatchedPair pair = new WatchedPair(each, now);
            pairs.add(pair);
            served.add(serve(pair.pair(), each));
            warn(pair, now);
        }
        this.names = new ServerNames(served);
    }

    /**
     * Reads every pair; the first is for clients that ask for no name, or for one nobody has.
     *
     * @param http2 whether HTTP/2 is offered beside HTTP/1.1
     * @param handshake how long a client may take for its handshake
     * @param log takes a line about certificates that were replaced or could not be
     * @throws IOException naming the file, the reason and the next move
     */
    public static Certificates open(
            List<CertificateFiles> files,
            boolean http2,
            Duration handshake,
            Instant now,
            Consumer<String> log)
            throws IOException {
        if (files.isEmpty()) {
            throw new IllegalArgumentException("at least one certificate is needed");
        }
        return new Certificates(files, http2, handshake, now, log);
    }

    private ServerNames.Served serve(Pair pair, CertificateFiles files) throws Unusable {
        try {
            SslContext context = Contexts.of(pair, http2);
            tickets.giveTo(context);
            return new ServerNames.Served(pair.names(), context);
        } catch (SSLException | IllegalArgumentException e) {
            throw new Unusable(
                    files.certificate()
                            + " cannot be served: "
                            + e.getMessage()
                            + ". Use a key of RSA 2048 or more, or EC P-256");
        }
    }

    /** The handler that speaks TLS on a new connection. */
    public ChannelHandler handler(ByteBufAllocator allocator) {
        if (served.size() > 1) {
            return new ByName();
        }
        return handler(names.find(null), allocator);
    }

    private SslHandler handler(SslContext context, ByteBufAllocator allocator) {
        SslHandler handler = context.newHandler(allocator);
        handler.setHandshakeTimeoutMillis(handshake.toMillis());
        return handler;
    }

    private final class ByName extends SniHandler {
        ByName() {
            super((String name) -> names.find(name), HELLO_MAX, handshake.toMillis());
        }

        @Override
        protected SslHandler newSslHandler(SslContext context, ByteBufAllocator allocator) {
            return handler(context, allocator);
        }
    }

    /** Looks at the files and takes what is new and whole. */
    public void check(Instant now) {
        boolean replaced = false;
        for (int i = 0; i < pairs.size(); i++) {
            replaced |= checkPair(i, now);
        }
        if (replaced) {
            names = new ServerNames(served);
        }
        if (tickets.changeIfDue(now)) {
            served.forEach(each -> tickets.giveTo(each.context()));
        }
        while (!retired.isEmpty() && retired.getFirst().since().plus(RELEASE_AFTER).isBefore(now)) {
            ReferenceCountUtil.release(retired.removeFirst().context());
        }
    }

    private boolean checkPair(int index, Instant now) {
        WatchedPair pair = pairs.get(index);
        Pair before = pair.pair();
        switch (pair.look(now)) {
            case SAME -> {
                return false;
            }
            case TROUBLE -> {
                log.accept(stays(pair));
                return false;
            }
            case REPLACED -> {
                // Goes on below.
            }
        }
        try {
            ServerNames.Served next = serve(pair.pair(), pair.files());
            retired.add(new Retired(served.set(index, next).context(), now));
        } catch (Unusable e) {
            pair.putBack(before, e.text());
            log.accept(stays(pair));
            return false;
        }
        log.accept(
                "certificate "
                        + pair.files().certificate()
                        + " was replaced, the new one expires "
                        + pair.pair().expires());
        warn(pair, now);
        return true;
    }

    private static String stays(WatchedPair pair) {
        return "the certificate in use stays, until "
                + pair.pair().expires()
                + ": "
                + pair.problem().orElse("");
    }

    private void warn(WatchedPair pair, Instant now) {
        String age = age(pair, now);
        if (!age.isEmpty()) {
            log.accept("warning: " + age);
        }
    }

    private static String age(WatchedPair watched, Instant now) {
        Pair pair = watched.pair();
        String name = "certificate " + watched.files().certificate();
        if (pair.expires().isBefore(now)) {
            return name + " expired " + pair.expires() + "; clients refuse it. Renew it";
        }
        if (now.isBefore(pair.begins())) {
            return name + " is valid from " + pair.begins() + "; check the clock";
        }
        return pair.expires().isBefore(now.plus(SOON))
                ? name + " expires " + pair.expires() + ". Renew it"
                : "";
    }

    /** When each certificate ends, by its file. For the thread that calls {@link #check}. */
    public Map<String, Instant> expiries() {
        Map<String, Instant> ends = new LinkedHashMap<>();
        for (WatchedPair pair : pairs) {
            ends.put(String.valueOf(pair.files().certificate()), pair.pair().expires());
        }
        return ends;
    }

    /** What an operator should look at. For the thread that calls {@link #check}. */
    public List<String> problems(Instant now) {
        List<String> problems = new ArrayList<>();
        for (WatchedPair pair : pairs) {
            if (pair.problem().isPresent()) {
                problems.add(stays(pair));
            }
            String age = age(pair, now);
            if (!age.isEmpty()) {
                problems.add(age);
            }
        }
        return problems;
    }
}
