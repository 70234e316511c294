package dev.concertina.gateway.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.concertina.gateway.content.FileRequest;
import dev.concertina.gateway.content.ServedFolder;
import dev.concertina.gateway.http1.Method;
import dev.concertina.gateway.http1.RequestHead;
import dev.concertina.gateway.limit.ClientKey;
import dev.concertina.gateway.path.RequestPath;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one place where a request's head meets the policies. One per event loop; costs nothing while
 * no policy speaks of paths.
 */
final class Admission {
    private static final long SECOND = 1_000_000_000L;
    private static final String PROBLEM = "application/problem+json";

    private final Worker worker;
    private final RequestPath path = new RequestPath();
    private boolean quiet;

    Admission(Worker worker) {
        this.worker = worker;
    }

    Decision decide(Rules rules, RequestHead head, Peer peer) {
        quiet = false;
        Decision.Pass pass = rules.usual();
        if (rules.speakOfPaths()) {
            path.read(head.octets(), head.targetStart(), head.targetEnd());
            quiet = rules.quiet(path);
            if (!quiet && !rules.limits().isEmpty()) {
                long client = ClientKey.of(peer.client(rules, head));
                long wait = rules.limits().take(client, path, worker.now());
                if (wait > 0) {
                    worker.shared().metrics().limited();
                    return new Decision.Refuse(tooMany(wait));
                }
            }
            pass = rules.pass(path);
        }
        if (pass.tooLarge(head.contentLength())) {
            return new Decision.Refuse(tooLarge(pass));
        }
        ServedFolder folder = rules.folders().isEmpty() ? null : rules.folder(path);
        return folder == null ? pass : inFolder(folder, head, pass);
    }

    /** The path of the request that was decided on last. */
    RequestPath path() {
        return path;
    }

    /** Whether the request that was decided on last is one that no log speaks of. */
    boolean quiet() {
        return quiet;
    }

    private static Decision inFolder(ServedFolder folder, RequestHead head, Decision.Pass pass) {
        if (head.method() != Method.GET && head.method() != Method.HEAD) {
            return folder.fallThrough() ? pass : new Decision.Refuse(noSuchMethod(head));
        }
        return new Decision.Serve(folder, fileRequest(head), pass);
    }

    private static FileRequest fileRequest(RequestHead head) {
        String target = head.target();
        int query = target.indexOf('?');
        return new FileRequest(
                head.method() == Method.HEAD,
                query < 0 ? null : target.substring(query + 1),
                Accepts.of(head),
                field(head, "if-match"),
                field(head, "if-unmodified-since"),
                field(head, "if-none-match"),
                field(head, "if-modified-since"),
                field(head, "if-range"),
                field(head, "range"));
    }

    private static @Nullable String field(RequestHead head, String name) {
        byte[] octets = name.getBytes(ISO_8859_1);
        return head.has(octets) ? head.field(octets) : null;
    }

    private static Answer tooMany(long waitNanos) {
        long seconds = Math.max(1, (waitNanos + SECOND - 1) / SECOND);
        return new Answer(
                429,
                Map.of("Retry-After", Long.toString(seconds)),
                PROBLEM,
                "{\"type\":\"about:blank\",\"title\":\"Too Many Requests\",\"status\":429,"
                        + "\"detail\":\"Try again in "
                        + seconds
                        + " s.\"}\n");
    }

    private static Answer noSuchMethod(RequestHead head) {
        Answer plain = Answer.of(405, "A file has no method " + head.methodName() + '.');
        return new Answer(405, Map.of("Allow", "GET, HEAD"), plain.type(), plain.body());
    }

    static Answer tooLarge(Decision.Pass pass) {
        return Answer.of(413, "The request's body is larger than " + pass.bodyBytes() + " octets.");
    }
}
