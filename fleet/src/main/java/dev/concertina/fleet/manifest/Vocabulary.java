package dev.concertina.fleet.manifest;

import java.util.Map;
import java.util.Optional;

/** Words that people write in a place, or in a way, that the manifest does not know. */
final class Vocabulary {
    private static final Map<String, String> HOMES =
            Map.ofEntries(
                    Map.entry("name", "app.name"),
                    Map.entry("jar", "app.jar"),
                    Map.entry("command", "app.command"),
                    Map.entry("cmd", "app.command"),
                    Map.entry("args", "app.arguments"),
                    Map.entry("arguments", "app.arguments"),
                    Map.entry("jvm", "app.jvm"),
                    Map.entry("jvm-options", "app.jvm"),
                    Map.entry("java", "app.java"),
                    Map.entry("env", "app.env"),
                    Map.entry("environment", "app.env"),
                    Map.entry("health", "app.health"),
                    Map.entry("healthcheck", "app.health"),
                    Map.entry("readiness", "app.health.ready"),
                    Map.entry("liveness", "app.health.live"),
                    Map.entry("interval", "app.health.every"),
                    Map.entry("drain", "app.drain"),
                    Map.entry("memory", "app.memory"),
                    Map.entry("restart-above", "app.memory.restart-above"),
                    Map.entry("replicas", "instances"),
                    Map.entry("instances", "instances"),
                    Map.entry("port", "gateway.listen"),
                    Map.entry("listen", "gateway.listen"),
                    Map.entry("engine", "gateway.engine"),
                    Map.entry("balance", "gateway.balance"),
                    Map.entry("tls", "gateway.tls"),
                    Map.entry("ssl", "gateway.tls"),
                    Map.entry("certificate", "gateway.tls.certificate"),
                    Map.entry("cert", "gateway.tls.certificate"),
                    Map.entry("key", "gateway.tls.key"),
                    Map.entry("redirect", "gateway.tls.redirect"),
                    Map.entry("hsts", "gateway.tls.hsts"),
                    Map.entry("http2", "gateway.http2"),
                    Map.entry("limits", "gateway.limits"),
                    Map.entry("rate-limit", "gateway.limits"),
                    Map.entry("timeouts", "gateway.timeouts"),
                    Map.entry("timeout", "gateway.timeouts"),
                    Map.entry("keep-alive", "gateway.timeouts.keep-alive"),
                    Map.entry("keepalive", "gateway.timeouts.keep-alive"),
                    Map.entry("bounds", "gateway.bounds"),
                    Map.entry("body-size", "gateway.bounds.body-size"),
                    Map.entry("max-body-size", "gateway.bounds.body-size"),
                    Map.entry("client-max-body-size", "gateway.bounds.body-size"),
                    Map.entry("paths", "gateway.paths"),
                    Map.entry("static", "gateway.static"),
                    Map.entry("gzip", "gateway.compression"),
                    Map.entry("compression", "gateway.compression"),
                    Map.entry("compress", "gateway.compression"),
                    Map.entry("headers", "gateway.headers"),
                    Map.entry("security-headers", "gateway.security-headers"),
                    Map.entry("sticky", "gateway.affinity"),
                    Map.entry("affinity", "gateway.affinity"),
                    Map.entry("access-log", "gateway.access-log"),
                    Map.entry("slow-start", "gateway.slow-start"),
                    Map.entry("trusted-proxies", "gateway.trusted-proxies"),
                    Map.entry("metrics", "gateway.metrics"),
                    Map.entry("redis", "services.redis"),
                    Map.entry("postgres", "services.postgres"),
                    Map.entry("postgresql", "services.postgres"),
                    Map.entry("database", "services.postgres"),
                    Map.entry("strategy", "rollout.strategy"),
                    Map.entry("deploy", "rollout"),
                    Map.entry("surge", "rollout.surge"),
                    Map.entry("max-surge", "rollout.surge"),
                    Map.entry("maxSurge", "rollout.surge"),
                    Map.entry("hpa", "autoscale"),
                    Map.entry("behavior", "autoscale.behavior"),
                    Map.entry("steps", "rollout.steps"),
                    Map.entry("canary", "rollout.strategy"),
                    Map.entry("judge", "rollout.judge"),
                    Map.entry("watch", "rollout.watch"),
                    Map.entry("journeys", "verify.journeys"));

    private Vocabulary() {}

    /** Where a key of this name belongs, if not where it was written. */
    static Optional<String> elsewhere(String name, String written) {
        return Optional.ofNullable(HOMES.get(name)).filter(home -> !home.equals(written));
    }
}
