package dev.concertina.fleet.render;

import dev.concertina.fleet.manifest.Manifest;
import dev.concertina.fleet.manifest.Manifest.Engine;
import java.util.ArrayList;
import java.util.List;

/**
 * What a manifest gets less of from nginx than from the embedded engine. Settings that nginx cannot
 * honour at all are not here: the manifest is refused with them.
 */
public final class NginxLosses {
    private NginxLosses() {}

    /** Sentences for people; none for another engine. */
    public static List<String> of(Manifest manifest) {
        if (manifest.gateway().engine() != Engine.NGINX) {
            return List.of();
        }
        var losses = new ArrayList<>(ALWAYS);
        var policies = manifest.policies();
        var gateway = manifest.gateway();
        losses.add(
                "WebSockets and event streams: whenever an instance is taken out, those of every"
                        + " instance are cut after app.drain ("
                        + manifest.app().drain().toSeconds()
                        + " s), all at once and without close code 1012.");
        if (gateway.http2() && gateway.tls().isEmpty()) {
            losses.add(
                    "HTTP/2 without TLS: before nginx 1.25.1 the listener speaks HTTP/1.1 only.");
        }
        if (policies.bounds().connectionsPerAddress() < policies.bounds().connections()) {
            losses.add(
                    "bounds.connections-per-address: requests under way are counted (answer 429),"
                            + " not connections.");
        }
        if (manifest.rollout().strategy() == Manifest.Strategy.CANARY) {
            losses.add(
                    "rollout.steps: a share is one of all requests or clients by chance, not of any"
                            + " hundred in a row.");
        }
        if (!policies.trustedProxies().isEmpty()) {
            losses.add("trusted-proxies: of X-Forwarded-* only the usual names are known.");
        }
        return List.copyOf(losses);
    }

    private static final List<String> ALWAYS =
            List.of(
                    "Drain: nginx has no atomic claim on an instance. An instance counts as drained"
                            + " when every worker that ever heard of it has ended.",
                    "Tables: each change is a reload. It closes idle client connections, and a"
                            + " client that sends at that moment must send again. HTTP/2"
                            + " connections that are never idle stay under the old table until"
                            + " the drain ends them.",
                    "Retry: a POST is sent again only if no connection to the instance was made; a"
                            + " POST that met a closing keep-alive connection is answered 502."
                            + " There is no budget of retries.",
                    "No instance ready: 503 with Retry-After at once; requests are not held.",
                    "Slow start, fewest requests ever in flight, ejecting no more than half: nginx"
                            + " passes over an instance for 1 s after 3 failures, and forgets it at"
                            + " each reload.",
                    "Bodies: trailers are dropped both ways, and interim responses (103) are not"
                            + " passed on.",
                    "timeouts.response also bounds the pauses inside a response, except of"
                            + " WebSockets and of requests that accept text/event-stream.",
                    "Framing: bare line feeds are taken for line ends, and fields that Connection"
                            + " names are passed on. Field names with an underscore are dropped.",
                    "bounds: head-size allows half of itself for one field, and connections are"
                            + " counted for each worker, those to instances included.",
                    "'concertina upgrade' is refused: another nginx needs down and up.",
                    "Compression: gzip only. Kinds of types (text/) stand for the usual ones.",
                    "Counts: requests in flight are an upper bound; other figures arrive half a"
                            + " second late and begin anew with the fleet process.");
}
