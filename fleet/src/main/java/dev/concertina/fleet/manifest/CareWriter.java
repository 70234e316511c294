package dev.concertina.fleet.manifest;

/** Writes how processes are started and cared for. */
final class CareWriter {
    private CareWriter() {}

    static void write(ManifestWriter out, Manifest.App app) {
        out.raw(1, "start", "");
        if (app.program() instanceof Manifest.Program.Jar) {
            out.raw(2, "unpack", "" + app.start().unpack());
            out.raw(2, "aot", "" + app.start().aot());
            out.raw(2, "libraries", "" + app.start().libraries());
        }
        app.start()
                .warmUp()
                .ifPresentOrElse(
                        warmUp -> {
                            out.raw(2, "warm-up", "");
                            out.words(3, "paths", warmUp.paths());
                            out.raw(3, "count", "" + warmUp.count());
                            out.raw(3, "within", Units.text(warmUp.within()));
                        },
                        () -> out.raw(2, "warm-up", "off"));
        out.raw(2, "give-way", "" + app.start().giveWay());
        app.restart()
                .ifPresentOrElse(
                        loop -> {
                            out.raw(1, "restart", "");
                            out.raw(2, "crashes", "" + loop.crashes());
                            out.raw(2, "within", Units.text(loop.within()));
                        },
                        () -> out.raw(1, "restart", "off"));
        var limits = app.limits();
        if (limits.files().isPresent() || limits.memory().isPresent()) {
            out.raw(1, "limits", "");
            limits.files().ifPresent(files -> out.raw(2, "files", "" + files));
            limits.memory().ifPresent(bytes -> out.raw(2, "memory", Units.text(bytes)));
        }
    }

    static void write(ManifestWriter out, Manifest.Logs logs) {
        out.raw(0, "logs", "");
        out.raw(1, "size", Units.text(logs.size()));
        out.raw(1, "keep", "" + logs.keep());
        out.raw(1, "ended", "" + logs.ended());
    }
}
