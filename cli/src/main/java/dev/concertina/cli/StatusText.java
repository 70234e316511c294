package dev.concertina.cli;

import dev.concertina.fleet.console.FleetStatus;
import java.time.Duration;
import java.time.Instant;

/** A status as people read it: a line about the fleet, a table of its processes. */
final class StatusText {
    private StatusText() {}

    static String render(FleetStatus status, Instant now) {
        var text = new StringBuilder(headline(status));
        status.progress().ifPresent(p -> text.append('\n').append(progress(p, now)));
        text.append("\n\n");
        text.append(instances(status, now).render());
        text.append('\n').append(others(status).render());
        for (var instance : status.instances()) {
            instance.detail()
                    .ifPresent(detail ->
                            text.append('\n')
                                    .append(instance.id())
                                    .append(" is not started again: ")
                                    .append(instance.reason().orElse("it failed"))
                                    .append('\n')
                                    .append(Story.indented(detail))
                                    .append('\n'));
        }
        return text.toString();
    }

    private static String headline(FleetStatus status) {
        long ready = status.instances().stream().filter(i -> i.state().equals("ready")).count();
        return status.name()
                + " is "
                + status.phase()
                + ": "
                + ready
                + " of "
                + status.wanted()
                + " instances ready, release "
                + status.release()
                + ", at "
                + status.address()
                + status.rollout().map(r -> "\n" + r).orElse("");
    }

    /** Such as: {@code [5 %] → 25 % → 100 % watching for 12s}, and what the judge thinks. */
    private static String progress(FleetStatus.Progress p, Instant now) {
        var text = new StringBuilder("  ");
        for (int i = 0; i < p.steps().size(); i++) {
            String share = p.steps().get(i) + " %";
            text.append(i == 0 ? "" : " → ").append(i == p.step() - 1 ? "[" + share + "]" : share);
        }
        text.append("   ")
                .append(p.phase())
                .append(" for ")
                .append(ago(Duration.between(p.since(), now)));
        if (p.byHand()) {
            text.append("; concertina promote goes on, concertina abort goes back");
        }
        p.judge().ifPresent(words -> text.append("\n  judge: ").append(words));
        return text.toString();
    }

    private static Table instances(FleetStatus status, Instant now) {
        var table =
                new Table(
                        "INSTANCE",
                        "PID",
                        "PORT",
                        "RELEASE",
                        "STATE",
                        "SINCE",
                        "IN FLIGHT",
                        "RESTARTS",
                        "REASON");
        for (var i : status.instances()) {
            table.row(
                    i.id(),
                    i.pid() > 0 ? i.pid() : "-",
                    i.port(),
                    i.release(),
                    i.state(),
                    ago(Duration.between(i.since(), now)),
                    i.inFlight(),
                    i.restarts(),
                    i.reason().map(StatusText::oneLine).orElse(""));
        }
        return table;
    }

    private static Table others(FleetStatus status) {
        var table = new Table("PART", "PID", "STATE", "ADDRESS", "SEEN");
        var gateway = status.gateway();
        table.row(
                gateway.engine().equals("embedded") ? "gateway" : "gateway: " + gateway.engine(),
                gateway.pid() > 0 ? gateway.pid() : "-",
                gateway.state(),
                "port " + gateway.port(),
                gateway.requests()
                        + " requests, "
                        + gateway.retried()
                        + " retried, "
                        + gateway.unserved()
                        + " unserved, "
                        + gateway.restarts()
                        + " restarts");
        for (long pid : gateway.leaving()) {
            table.row("gateway", pid, "leaving", "", "");
        }
        for (var service : status.services()) {
            table.row(
                    service.kind(),
                    service.pid() > 0 ? service.pid() : "-",
                    service.state(),
                    service.url(),
                    "");
        }
        table.row("fleet", status.pid(), status.phase(), "", "");
        return table;
    }

    static String ago(Duration duration) {
        long s = Math.max(0, duration.toSeconds());
        if (s < 60) {
            return s + "s";
        }
        if (s < 3600) {
            return s / 60 + "m " + s % 60 + "s";
        }
        return s < 86400
                ? s / 3600 + "h " + s / 60 % 60 + "m"
                : s / 86400 + "d " + s / 3600 % 24 + "h";
    }

    private static String oneLine(String text) {
        var line = text.strip().replaceAll("\\s+", " ");
        return line.length() > 80 ? line.substring(0, 79) + "…" : line;
    }
}
