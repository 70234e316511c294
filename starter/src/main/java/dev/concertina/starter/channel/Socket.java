package dev.concertina.starter.channel;

import dev.concertina.starter.channel.ChannelAccess.Caller;
import dev.concertina.starter.request.Outage;
import dev.concertina.starter.request.Refusal;
import jakarta.websocket.CloseReason;
import jakarta.websocket.CloseReason.CloseCodes;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.Session;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** A client's WebSocket: many channels, and publications, as frames of JSON. */
final class Socket extends Endpoint implements MessageHandler.Whole<String>, Outlet {
    private static final String SEND_TIMEOUT = "org.apache.tomcat.websocket.BLOCKING_SEND_TIMEOUT";
    private static final long SEND_MILLIS = 10_000;
    private static final int AROUND = 1024;

    private final Channels channels;
    private final Feeds feeds;
    private final ChannelSettings settings;
    private final Doorman doorman;
    private final Caller caller;
    // Answers to frames and what is published are written by different threads.
    private final ReentrantLock writing = new ReentrantLock();
    private final ReentrantLock joining = new ReentrantLock();
    private final Map<Room, Subscription> subscriptions = new HashMap<>();
    private volatile Optional<Session> session = Optional.empty();
    private volatile Optional<Pipe> pipe = Optional.empty();

    Socket(
            Channels channels,
            Feeds feeds,
            ChannelSettings settings,
            Doorman doorman,
            Caller caller) {
        this.channels = channels;
        this.feeds = feeds;
        this.settings = settings;
        this.doorman = doorman;
        this.caller = caller;
    }

    @Override
    public void onOpen(Session opened, EndpointConfig configuration) {
        opened.setMaxTextMessageBufferSize((int) settings.payloadMax().toBytes() + AROUND);
        opened.setMaxIdleTimeout(0);
        opened.getUserProperties().put(SEND_TIMEOUT, SEND_MILLIS);
        session = Optional.of(opened);
        var made = feeds.pipe(this);
        pipe = Optional.of(made);
        opened.addMessageHandler(this);
        made.start(() -> {
            leaveAll();
            feeds.forget(made);
        });
    }

    @Override
    public void onClose(Session closed, CloseReason reason) {
        pipe.ifPresent(Pipe::gone);
    }

    @Override
    public void onError(Session failed, Throwable failure) {
        pipe.ifPresent(Pipe::gone);
    }

    @Override
    public void onMessage(String text) {
        JsonNode frame;
        try {
            frame = JsonMapper.shared().readTree(text);
        } catch (JacksonException e) {
            shut(new CloseReason(CloseCodes.NOT_CONSISTENT, "A frame is a JSON object."));
            return;
        }
        if (frame.path("subscribe").isString()) {
            subscribe(frame.get("subscribe").stringValue(), frame.path("since"));
        } else if (frame.path("unsubscribe").isString()) {
            unsubscribe(frame.get("unsubscribe").stringValue());
        } else if (frame.path("publish").isString()) {
            publish(frame.get("publish").stringValue(), frame);
        } else {
            refuse(
                    "",
                    Problems.of(
                            400,
                            "Malformed frame",
                            "A frame has subscribe, unsubscribe or publish, with a channel's name."));
        }
    }

    private void subscribe(String channel, JsonNode said) {
        var refusal = doorman.subscribe(caller, channel);
        var since =
                said.isString() ? Position.parse(said.stringValue()) : Optional.<Position>empty();
        if (refusal.isEmpty() && said.isString() && since.isEmpty()) {
            refusal = Optional.of(Problems.MALFORMED_POSITION);
        }
        if (refusal.isPresent()) {
            refuse(channel, refusal.get());
            return;
        }
        try {
            join(new Room(caller.tenant(), channel), since).ifPresent(why -> refuse(channel, why));
        } catch (Outage e) {
            refuse(channel, Problems.away(e));
        }
    }

    private Optional<Refusal> join(Room room, Optional<Position> since) {
        joining.lock();
        try {
            if (subscriptions.containsKey(room)) {
                return Optional.of(
                        Problems.of(409, "Subscribed already", "Unsubscribe first, or go on."));
            }
            if (subscriptions.size() >= settings.channelsMax()) {
                return Optional.of(
                        Problems.of(
                                429,
                                "Too many channels",
                                "One WebSocket subscribes to "
                                        + settings.channelsMax()
                                        + " channels at most."));
            }
            subscriptions.put(room, feeds.join(room, pipe.orElseThrow(), since));
            return Optional.empty();
        } finally {
            joining.unlock();
        }
    }

    private void unsubscribe(String channel) {
        if (!Room.isName(channel)) {
            refuse(channel, Problems.UNKNOWN);
            return;
        }
        var room = new Room(caller.tenant(), channel);
        joining.lock();
        try {
            Optional.ofNullable(subscriptions.remove(room))
                    .ifPresent(subscription -> feeds.leave(room, subscription));
        } finally {
            joining.unlock();
        }
        say("{\"ended\":\"" + channel + "\"}");
    }

    private void leaveAll() {
        joining.lock();
        try {
            subscriptions.forEach(feeds::leave);
            subscriptions.clear();
        } finally {
            joining.unlock();
        }
    }

    private void publish(String channel, JsonNode frame) {
        var id = frame.path("id").isString() ? frame.get("id").stringValue() : "";
        var refusal = doorman.publish(caller, channel);
        if (refusal.isPresent()) {
            refuse(channel, id, refusal.get());
            return;
        }
        try {
            var appended =
                    channels.publish(
                            new Room(caller.tenant(), channel),
                            ChannelEndpoints.event(frame),
                            ChannelEndpoints.data(frame),
                            id.isEmpty() ? Chance.name() + Chance.name() : id);
            var answer = JsonNodeFactory.instance.objectNode();
            answer.put("published", channel);
            answer.put("operation", id);
            answer.put("id", appended.position().toString());
            say(answer.toString());
        } catch (Channels.PayloadTooLong e) {
            refuse(channel, id, ChannelEndpoints.tooLong(settings.payloadMax().toBytes()));
        } catch (IllegalArgumentException e) {
            refuse(channel, id, ChannelEndpoints.malformed(e));
        } catch (Outage e) {
            refuse(channel, id, Problems.away(e));
        }
    }

    private void refuse(String channel, Refusal refusal) {
        refuse(channel, "", refusal);
    }

    private void refuse(String channel, String operation, Refusal refusal) {
        var frame = JsonNodeFactory.instance.objectNode();
        frame.put("refused", channel);
        if (!operation.isEmpty()) {
            frame.put("operation", operation);
        }
        frame.put("status", refusal.status());
        frame.put("title", refusal.title());
        frame.put("detail", refusal.detail());
        say(frame.toString());
    }

    private void say(String frame) {
        try {
            send(frame);
        } catch (IOException e) {
            pipe.ifPresent(Pipe::gone);
        }
    }

    private void send(String frame) throws IOException {
        writing.lock();
        try {
            session.orElseThrow().getBasicRemote().sendText(frame);
        } finally {
            writing.unlock();
        }
    }

    @Override
    public void write(List<Word> words) throws IOException {
        for (var word : words) {
            var channel = word.room().name();
            switch (word.told()) {
                case Told.Message(Publication publication) -> send(publication.frame(channel));
                case Told.Opened(Position at, boolean resumed) ->
                        send(
                                "{\"opened\":\""
                                        + channel
                                        + "\",\"id\":\""
                                        + at
                                        + "\",\"resumed\":"
                                        + resumed
                                        + ",\"beat\":"
                                        + settings.beat().toMillis()
                                        + "}");
                case Told.Reset(Position at) ->
                        send(
                                "{\"reset\":\""
                                        + channel
                                        + "\",\"id\":\""
                                        + at
                                        + "\",\"reason\":\"history\"}");
            }
        }
    }

    @Override
    public void beat() throws IOException {
        send("{\"beat\":true}");
    }

    @Override
    public void end(Ending why, Duration retry) {
        shut(new CloseReason(CloseReason.CloseCodes.getCloseCode(why.code()), why.word()));
    }

    private void shut(CloseReason reason) {
        try {
            session.orElseThrow().close(reason);
        } catch (IOException e) {
            pipe.ifPresent(Pipe::gone);
        }
    }

    @Override
    public void close() {
        session.filter(Session::isOpen)
                .ifPresent(open ->
                        shut(new CloseReason(CloseCodes.GOING_AWAY, "the connection is over")));
    }
}
