package dev.concertina.starter.channel;

import dev.concertina.starter.request.Refusal;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Channels for clients: streams, publications and counts, by HTTP. */
@Controller
final class ChannelEndpoints {
    private static final String PATH = "${concertina.channel.path:/channels}";
    private static final String OPERATION = "Idempotency-Key";

    /** Beside the payload: the names around it. */
    private static final int AROUND = 1024;

    private final Channels channels;
    private final Feeds feeds;
    private final ChannelSettings settings;
    private final Doorman doorman;
    private final Optional<SocketDoor> sockets;

    ChannelEndpoints(
            Channels channels,
            Feeds feeds,
            ChannelSettings settings,
            Doorman doorman,
            Optional<SocketDoor> sockets) {
        this.channels = channels;
        this.feeds = feeds;
        this.settings = settings;
        this.doorman = doorman;
        this.sockets = sockets;
    }

    @GetMapping(PATH)
    void socket(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!"websocket".equalsIgnoreCase(request.getHeader("Upgrade")) || sockets.isEmpty()) {
            Problems.NOT_A_WEBSOCKET.write(response);
        } else if (!doorman.isOwnPage(request)) {
            Problems.FOREIGN.write(response);
        } else {
            var refusal = Problems.full(feeds);
            if (refusal.isPresent()) {
                refusal.get().write(response);
            } else {
                sockets.get().open(request, response);
            }
        }
    }

    @GetMapping(PATH + "/{channel}")
    void stream(
            @PathVariable String channel, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        var caller = Doorman.caller(request);
        if (refused(doorman.subscribe(caller, channel), response)) {
            return;
        }
        EventStream.answer(feeds, settings, new Room(caller.tenant(), channel), request, response);
    }

    @GetMapping(PATH + "/{channel}/presence")
    void presence(
            @PathVariable String channel, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        var caller = Doorman.caller(request);
        if (!refused(doorman.subscribe(caller, channel), response)) {
            long count = channels.present(new Room(caller.tenant(), channel));
            json(response, "{\"channel\":\"" + channel + "\",\"subscribers\":" + count + "}");
        }
    }

    @PostMapping(PATH + "/{channel}")
    void publish(
            @PathVariable String channel, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        var caller = Doorman.caller(request);
        if (refused(doorman.publish(caller, channel), response)) {
            return;
        }
        long max = settings.payloadMax().toBytes();
        var body = request.getInputStream().readNBytes((int) max + AROUND);
        if (body.length == max + AROUND) {
            tooLong(max).write(response);
            return;
        }
        try {
            var node = JsonMapper.shared().readTree(body);
            var operation = Optional.ofNullable(request.getHeader(OPERATION));
            var appended =
                    channels.publish(
                            new Room(caller.tenant(), channel),
                            event(node),
                            data(node),
                            operation.orElseGet(() -> Chance.name() + Chance.name()));
            json(
                    response,
                    "{\"id\":\""
                            + appended.position()
                            + "\",\"repeated\":"
                            + appended.repeated()
                            + "}");
        } catch (Channels.PayloadTooLong e) {
            tooLong(max).write(response);
        } catch (JacksonException | IllegalArgumentException e) {
            malformed(e).write(response);
        }
    }

    private static boolean refused(Optional<Refusal> refusal, HttpServletResponse response)
            throws IOException {
        if (refusal.isPresent()) {
            refusal.get().write(response);
        }
        return refusal.isPresent();
    }

    static String event(JsonNode node) {
        if (!node.isObject() || !node.path("event").isString()) {
            throw new IllegalArgumentException(
                    "A publication is a JSON object with 'event', a text, and 'data'.");
        }
        return node.get("event").stringValue();
    }

    static byte[] data(JsonNode node) {
        var data = node.get("data");
        return data == null
                ? "null".getBytes(StandardCharsets.UTF_8)
                : JsonMapper.shared().writeValueAsBytes(data);
    }

    static Refusal tooLong(long max) {
        return Problems.of(
                413,
                "Payload too long",
                "A payload has up to "
                        + max
                        + " bytes as JSON. Publish where the rest can be fetched.");
    }

    static Refusal malformed(Exception e) {
        var detail =
                e instanceof JacksonException
                        ? "The body is not JSON."
                        : String.valueOf(e.getMessage());
        return Problems.of(400, "Malformed publication", printable(detail));
    }

    private static String printable(String text) {
        return text.replaceAll("[^ -~]", "?").replace('\\', '?');
    }

    private static void json(HttpServletResponse response, String body) throws IOException {
        response.setContentType("application/json");
        response.setHeader("Cache-Control", "no-store");
        response.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
    }
}
