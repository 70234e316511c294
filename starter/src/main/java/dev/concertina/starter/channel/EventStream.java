package dev.concertina.starter.channel;

import dev.concertina.starter.instance.Traffic;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** One channel as server-sent events (HTML Living Standard, 9.2). */
final class EventStream implements Outlet {
    private static final byte[] BEAT = bytes(":\n\n");

    private final AsyncContext context;
    private final ServletOutputStream out;
    private final Duration beat;
    private final AtomicBoolean closed = new AtomicBoolean();

    private EventStream(AsyncContext context, Duration beat) throws IOException {
        this.context = context;
        this.out = context.getResponse().getOutputStream();
        this.beat = beat;
    }

    /** Answers, for as long as both sides want. */
    static void answer(
            Feeds feeds,
            ChannelSettings settings,
            Room room,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        var said =
                Optional.ofNullable(request.getHeader("Last-Event-ID"))
                        .or(() -> Optional.ofNullable(request.getParameter("since")))
                        .filter(text -> !text.isEmpty());
        var since = said.flatMap(Position::parse);
        var refusal =
                said.isPresent() && since.isEmpty()
                        ? Optional.of(Problems.MALFORMED_POSITION)
                        : Problems.full(feeds);
        if (refusal.isPresent()) {
            refusal.get().write(response);
            return;
        }
        response.setContentType("text/event-stream");
        response.setCharacterEncoding("UTF-8");
        response.setHeader("Cache-Control", "no-store");
        // What nginx is told, so that it does not collect.
        response.setHeader("X-Accel-Buffering", "no");
        var late = new Late();
        var pipe = feeds.pipe(late);
        Subscription subscription;
        try {
            subscription = feeds.join(room, pipe, since);
        } catch (RuntimeException e) {
            feeds.forget(pipe);
            throw e;
        }
        try {
            request.setAttribute(Traffic.ENDS_ITSELF, true);
            var context = request.startAsync(request, response);
            context.setTimeout(0);
            context.addListener(new Watch(pipe));
            late.outlet = Optional.of(new EventStream(context, settings.beat()));
            response.flushBuffer();
        } catch (IOException | RuntimeException e) {
            pipe.gone();
            throw e;
        } finally {
            // Also a client that is gone already is taken out by the writer.
            pipe.start(() -> {
                feeds.leave(room, subscription);
                feeds.forget(pipe);
            });
        }
    }

    /** There is nothing to write to before the channel is known to be heard. */
    private static final class Late implements Outlet {
        private volatile Optional<Outlet> outlet = Optional.empty();

        @Override
        public void write(List<Word> words) throws IOException {
            outlet.orElseThrow().write(words);
        }

        @Override
        public void beat() throws IOException {
            outlet.orElseThrow().beat();
        }

        @Override
        public void end(Ending why, Duration retry) throws IOException {
            outlet.orElseThrow().end(why, retry);
        }

        @Override
        public void close() {
            outlet.ifPresent(Outlet::close);
        }
    }

    @Override
    public void write(List<Word> words) throws IOException {
        for (var word : words) {
            switch (word.told()) {
                case Told.Message(Publication publication) -> out.write(publication.sse());
                case Told.Opened(Position at, boolean resumed) ->
                        out.write(
                                bytes(
                                        "id: "
                                                + at
                                                + "\nevent: opened\ndata: {\"resumed\":"
                                                + resumed
                                                + ",\"beat\":"
                                                + beat.toMillis()
                                                + "}\n\n"));
                case Told.Reset(Position at) ->
                        out.write(
                                bytes(
                                        "id: "
                                                + at
                                                + "\nevent: reset\ndata: {\"reason\":\"history\"}\n\n"));
            }
        }
        out.flush();
    }

    @Override
    public void beat() throws IOException {
        out.write(BEAT);
        out.flush();
    }

    @Override
    public void end(Ending why, Duration retry) throws IOException {
        out.write(
                bytes(
                        "retry: "
                                + Math.max(1, retry.toMillis())
                                + "\nevent: closing\ndata: {\"reason\":\""
                                + why.word()
                                + "\"}\n\n"));
        out.flush();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            try {
                context.complete();
            } catch (IllegalStateException e) {
                // The container was quicker.
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The container says that the client is gone. */
    private record Watch(Pipe pipe) implements AsyncListener {
        @Override
        public void onComplete(AsyncEvent event) {
            pipe.gone();
        }

        @Override
        public void onTimeout(AsyncEvent event) {
            pipe.gone();
        }

        @Override
        public void onError(AsyncEvent event) {
            pipe.gone();
        }

        @Override
        public void onStartAsync(AsyncEvent event) {}
    }
}
