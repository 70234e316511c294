package dev.concertina.fleet;

import dev.concertina.fleet.console.Decision;
import dev.concertina.fleet.control.Action;
import dev.concertina.fleet.control.FleetState;
import dev.concertina.fleet.control.Story;
import dev.concertina.fleet.runtime.FileStorage;
import dev.concertina.fleet.runtime.Journal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Every decision that the journal holds, in words, whether or not a fleet process runs. */
public final class Explanation {
    private static final Pattern CALL = Pattern.compile("(\\w+)\\[(.*)]", Pattern.DOTALL);
    private static final Pattern STATUS_TEXT =
            Pattern.compile(
                    "instance=([^,]+), answer=Answer\\[status=\\d+, text=(.*)]", Pattern.DOTALL);
    private static final Pattern SEEN =
            Pattern.compile("([\\w.-]+)=Seen\\[requests=(\\d+), errors=(\\d+), nanos=\\d+]");
    private static final Pattern BACKEND = Pattern.compile("Backend\\[instance=([^,]+),");
    private static final Pattern SHARE = Pattern.compile("Share\\[release=(.*), percent=(\\d+)]");

    private Explanation() {}

    /**
     * Oldest first.
     *
     * @throws java.io.UncheckedIOException if the journal cannot be read
     */
    public static List<Decision> of(Path stateDirectory) {
        var decisions = new ArrayList<Decision>();
        Optional<FleetState> before = Optional.empty();
        for (Journal.Entry entry : entries(stateDirectory.resolve("journal"))) {
            decisions.add(decision(before, entry));
            before = Optional.of(entry.state());
        }
        return decisions;
    }

    private static List<Journal.Entry> entries(Path journal) {
        var entries = new ArrayList<Journal.Entry>();
        long last = 0;
        for (Path file : List.of(FileStorage.former(journal), journal)) {
            for (Journal.Entry entry : Journal.entries(new FileStorage(file))) {
                // A journal begins anew with the last entry of the one before.
                if (entry.number() > last) {
                    entries.add(entry);
                    last = entry.number();
                }
            }
        }
        return entries;
    }

    private static Decision decision(Optional<FleetState> before, Journal.Entry entry) {
        List<String> decided =
                before.map(b ->
                                Story.between(b, entry.state(), entry.at()).stream()
                                        .map(Explanation::sentence))
                        .orElseGet(Stream::empty)
                        .toList();
        return new Decision(
                entry.number(),
                entry.at(),
                because(entry.because()),
                decided,
                entry.actions().stream().map(Explanation::did).toList());
    }

    private static String sentence(Action action) {
        return action instanceof Action.Tell tell
                ? tell.subject() + " " + tell.text()
                : action.toString();
    }

    private static String because(String event) {
        Matcher call = CALL.matcher(event);
        if (!call.matches()) {
            return event;
        }
        String with = call.group(2);
        return switch (call.group(1)) {
            case "Deploy" -> "deploy of " + value(with, "release") + " was asked for";
            case "Rollback" -> "going back to " + value(with, "release") + " was asked for";
            case "Promote" ->
                    with.equals("all=true")
                            ? "promote --all was asked for"
                            : "promote was asked for";
            case "Abort" -> "abort was asked for";
            case "Restart" -> "restart was asked for";
            case "Scale" -> "scale to " + value(with, "wanted") + " was asked for";
            case "Down" -> "down was asked for";
            case "Resumed" -> "a new fleet process took over";
            case "Started" -> value(with, "instance") + " was started";
            case "Exited" -> value(with, "instance") + " exited: " + rest(with, "how");
            case "Probed" -> probed(with);
            case "Lived" ->
                    value(with, "instance") + " was asked whether it is alive: " + text(with);
            case "Warmed" -> value(with, "instance") + " was warmed up: " + rest(with, "how");
            case "Sampled" -> sampled(with);
            case "Routed" -> "the gateway obeys table " + value(with, "version");
            case "RouteRefused" ->
                    "the gateway obeys the newer table " + value(with, "inForce") + " already";
            case "Drained" ->
                    value(with, "instance")
                            + " holds no request any more, "
                            + rest(with, "cut")
                            + " were cut";
            case "GatewayClosed" -> "the gateway has ended";
            case "Woke" -> "it was time";
            default -> event;
        };
    }

    private static String probed(String with) {
        Matcher answer = STATUS_TEXT.matcher(with);
        return answer.matches()
                ? answer.group(1) + " was asked: " + answer.group(2)
                : "a probe was answered";
    }

    private static String text(String with) {
        Matcher answer = STATUS_TEXT.matcher(with);
        return answer.matches() ? answer.group(2) : "?";
    }

    private static String sampled(String with) {
        var seen = new ArrayList<String>();
        Matcher each = SEEN.matcher(with);
        while (each.find()) {
            seen.add(
                    each.group(1)
                            + ": "
                            + each.group(2)
                            + " requests, "
                            + each.group(3)
                            + " errors");
        }
        return seen.isEmpty()
                ? "the gateway could not be asked for its figures"
                : "figures of the gateway: " + String.join("; ", seen.stream().sorted().toList());
    }

    private static String did(String action) {
        Matcher call = CALL.matcher(action);
        if (!call.matches()) {
            return action;
        }
        String with = call.group(2);
        return switch (call.group(1)) {
            case "WarmUp" -> "warm up " + value(with, "instance");
            case "Live" -> "ask " + value(with, "instance") + " whether it is alive";
            case "Start" -> "start " + value(with, "instance") + " of " + rest(with, "release");
            case "Route" -> route(with);
            case "Drain" -> "drain " + value(with, "instance");
            case "Terminate" -> "SIGTERM to " + rest(with, "instance");
            case "Kill" -> "SIGKILL to " + rest(with, "instance");
            case "CloseGateway" -> "end the gateway";
            case "Sample" -> "ask the gateway for its figures";
            case "Refuse" -> "refuse: " + rest(with, "reason");
            default -> action;
        };
    }

    private static String route(String with) {
        var instances = new ArrayList<String>();
        Matcher each = BACKEND.matcher(with);
        while (each.find()) {
            instances.add(each.group(1));
        }
        Matcher share = SHARE.matcher(with);
        return "table "
                + value(with, "version")
                + " for the gateway: "
                + (instances.isEmpty() ? "nobody" : String.join(", ", instances))
                + (share.find()
                        ? "; " + share.group(2) + " % of the requests for " + share.group(1)
                        : "");
    }

    /** The value of a component that holds no comma. */
    private static String value(String with, String name) {
        Matcher found = Pattern.compile("(?:^|, )" + name + "=([^,\\]]*)").matcher(with);
        return found.find() ? found.group(1) : "?";
    }

    /** The value of the last component. */
    private static String rest(String with, String name) {
        int at = with.indexOf(name + "=");
        return at < 0 ? "?" : with.substring(at + name.length() + 1);
    }
}
