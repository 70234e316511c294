package dev.concertina.cli;

import dev.concertina.fleet.manifest.Manifest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A unit of systemd for one fleet. systemd watches the fleet process; when that is killed it is
 * started again and adopts what serves on, so nothing else of the unit may be ended with it ({@code
 * KillMode=process}), and an orderly end is asked for only while it runs.
 *
 * @param environment of the overlay
 * @param program the script {@code concertina}
 * @param system for the whole machine, else for a user
 */
record SystemdUnit(Manifest manifest, Optional<String> environment, Path program, boolean system) {

    String name() {
        return "concertina-" + manifest.app().name() + ".service";
    }

    /**
     * @param user who runs a fleet of the whole machine
     * @param java the JDK that is in use; empty: the script finds one
     */
    String text(String user, @Nullable String java) {
        var folder = manifest.stateDirectory().resolveSibling("").normalize();
        var text = new StringBuilder();
        text.append("# Written by 'concertina service'.\n");
        text.append("[Unit]\n");
        line(text, "Description", percents(manifest.app().name() + ", kept by Concertina"));
        line(text, "Wants", "network-online.target");
        line(text, "After", "network-online.target");
        line(text, "StartLimitIntervalSec", "0");
        text.append("\n[Service]\n");
        line(text, "Type", "forking");
        if (system) {
            line(text, "User", user);
            // So that it may take back what it makes nicer while it starts.
            line(text, "LimitNICE", "+0");
        }
        line(text, "WorkingDirectory", percents(folder.toString()));
        Optional.ofNullable(java)
                .filter(home -> !home.isEmpty())
                .ifPresent(home -> line(text, "Environment", quoted("JAVA_HOME=" + home)));
        // Its own: systemd takes it away after a start that failed, and the fleet may go on.
        String pidFile = manifest.stateDirectory().resolve("service.pid").toString();
        line(text, "PIDFile", percents(pidFile));
        line(
                text,
                "ExecStart",
                quoted(program.toString()) + " up -d --pid-file " + quoted(pidFile) + which());
        line(
                text,
                "ExecStop",
                "/bin/sh -c 'test -z \"$$MAINPID\" || exec \"$$0\" \"$$@\"' "
                        + quoted(program.toString())
                        + " down"
                        + which());
        line(text, "KillMode", "process");
        line(text, "Restart", "on-failure");
        line(text, "RestartSec", "5");
        line(text, "TimeoutStartSec", "" + Up.settlesWithin(manifest).toSeconds());
        line(text, "TimeoutStopSec", "" + stopsWithin().toSeconds());
        text.append("\n[Install]\n");
        line(text, "WantedBy", system ? "multi-user.target" : "default.target");
        return text.toString();
    }

    private String which() {
        return " -f "
                + quoted(manifest.file().toString())
                + environment.map(e -> " --env " + quoted(e)).orElse("");
    }

    /** Gateway and instances may each take the drain, and services end after them. */
    private Duration stopsWithin() {
        return manifest.app().drain().multipliedBy(2).plus(Duration.ofMinutes(1));
    }

    private static void line(StringBuilder text, String key, String value) {
        text.append(key).append('=').append(value).append('\n');
    }

    /** A word in double quotes, as systemd reads it (systemd.service(5), systemd.unit(5)). */
    private static String quoted(String word) {
        return '"'
                + percents(word).replace("\\", "\\\\").replace("\"", "\\\"").replace("$", "$$")
                + '"';
    }

    private static String percents(String text) {
        return text.replace("%", "%%");
    }
}
