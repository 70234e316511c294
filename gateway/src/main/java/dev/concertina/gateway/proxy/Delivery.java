package dev.concertina.gateway.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.concertina.gateway.content.FileAnswer;
import dev.concertina.gateway.content.FileBody;
import dev.concertina.gateway.content.HttpDate;
import dev.concertina.gateway.http1.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A file on its way to the client, part by part as the client takes it. */
final class Delivery {
    private static final int PART = 64 * 1024;

    private final Worker worker;
    private final Downstream client;
    private final Reply reply;
    private @Nullable FileBody body;
    private boolean sending;

    Delivery(Worker worker, Downstream client, Reply reply) {
        this.worker = worker;
        this.client = client;
        this.reply = reply;
    }

    /** Begins; true when the response is complete already. */
    boolean begin(FileAnswer answer) {
        ResponseHead head = worker.responseHead();
        ByteBuf text = Unpooled.wrappedBuffer(head(answer).getBytes(ISO_8859_1));
        head.read(text);
        body = answer.body().orElse(null);
        reply.head(head, null, false);
        return more();
    }

    private static String head(FileAnswer answer) {
        StringBuilder text = new StringBuilder(256);
        text.append("HTTP/1.1 ").append(answer.status()).append(' ');
        text.append(Answers.reason(answer.status())).append("\r\n");
        text.append("Date: ").append(HttpDate.format(Instant.now())).append("\r\n");
        for (FileAnswer.Field field : answer.fields()) {
            text.append(field.name()).append(": ").append(field.value()).append("\r\n");
        }
        return text.append("\r\n").toString();
    }

    /** Sends what the client takes now; true when that was the rest. */
    boolean more() {
        if (sending) {
            return false;
        }
        sending = true;
        try {
            FileBody file = body;
            while (file != null && file.remaining() > 0 && client.writable()) {
                reply.body(file.read(worker.allocator(), PART));
                file = body;
            }
        } catch (IOException unreadable) {
            end();
            reply.cut();
            return false;
        } finally {
            sending = false;
        }
        FileBody file = body;
        if (file != null && file.remaining() > 0) {
            return false;
        }
        end();
        return true;
    }

    /** Lets go of the file. */
    void end() {
        if (body != null) {
            body.release();
            body = null;
        }
    }
}
